/** White space of any kind, line breaks included, becomes one space; accents are composed. */
export function cleanText(text: string): string {
  return text.replace(/\s+/g, ' ').trim().normalize('NFC');
}

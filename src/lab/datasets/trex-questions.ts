/**
 * The questions about T-REx works, in the authors' words (`trex_data.py` of their repository): Wikidata
 * predicate → question. These are the 25 predicates of creative works that the paper uses.
 */
interface TrexQuestion {
  question: string;
  /** The answer is a person, of whom the first name is asked. */
  firstName?: true;
}

export const TREX_QUESTIONS: Record<string, TrexQuestion> = {
  P50: { question: 'First name of the author of {entity}?', firstName: true },
  P123: { question: 'Who is the publisher of {entity}?' },
  P577: { question: 'When was {entity} published or released?' },
  P136: { question: 'What is the genre of {entity}?' },
  P407: { question: 'In which language was {entity} published?' },
  P179: { question: 'Which series is {entity} part of?' },
  P57: { question: 'First name of the director of {entity}?', firstName: true },
  P58: { question: 'First name of the screenwriter of {entity}?', firstName: true },
  P344: { question: 'First name of the cinematographer of {entity}?', firstName: true },
  // The authors leave the names of editors of films whole, whatever the question says.
  P1040: { question: 'First name of the editor of {entity}?' },
  P162: { question: 'First name of the producer of {entity}?', firstName: true },
  P275: { question: 'What is the license of {entity}?' },
  P750: { question: 'What is the distributor of {entity}?' },
  P921: { question: 'What is the main subject of {entity}?' },
  P127: { question: 'Who owns {entity}?' },
  P86: { question: 'First name of the composer for {entity}?', firstName: true },
  P178: { question: 'Who developed {entity}?' },
  P31: { question: 'What is the type of {entity}?' },
  P840: { question: 'Where is {entity} set?' },
  P915: { question: 'Where was {entity} filmed?' },
  P364: { question: 'In which language was {entity} published?' },
  P98: { question: 'First name of the editor of {entity}?', firstName: true },
  P135: { question: 'Which movement is {entity} associated with?' },
  P180: { question: 'What does {entity} depict?' },
  P195: { question: 'Which collection is {entity} part of?' },
};

/** The year of release is coarsened, as in CVDB. */
export const RELEASE = 'P577';

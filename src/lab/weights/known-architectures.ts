/** Pre-trained architectures that can be trained here, as `model_type` of config.json names them. */
export const KNOWN_ARCHITECTURES: ReadonlySet<string> = new Set(['gpt2', 'gpt_neox', 'llama']);

/** Ends of runs after which going on with the same config may well succeed: the machine was at fault, not the config. */
export const MAY_GO_ON: readonly string[] = [
  'run.closed',
  'run.interrupted',
  'trainer.crashed',
  'trainer.gpu-error',
  'trainer.gpu-lost',
  'trainer.gpu-memory',
  'trainer.hung',
  'trainer.memory',
];

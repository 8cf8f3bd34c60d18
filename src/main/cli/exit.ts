/**
 * Exit codes: 0 fine, 1 a run failed or a defect, 2 something the user can mend. What a signal or a closed pipe
 * stopped ends with 128 and the signal's number (`stopping.ts`): 130 Ctrl-C, 143 SIGTERM, 129 SIGHUP, 141 a pipe.
 */
export const EXIT = { ok: 0, failed: 1, usage: 2 } as const;

/** Exit codes: 0 fine, 1 a run failed or a defect, 2 something the user can mend, 130 stopped by Ctrl-C. */
export const EXIT = { ok: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** Loaded into training processes by test/faults.test.ts: the one of seed 0 does what FAULT says when it is to start. */
import fs from 'node:fs';

const FAULTS: Record<string, () => void> = {
  stop() {
    // A flood of error output first.
    const line = Buffer.alloc(1 << 20, 'Error: x');
    for (let i = 0; i < 32; i++) fs.writeSync(2, line);
    process.kill(process.pid, 'SIGSTOP');
  },
  killed: () => process.exit(137),
  memory() {
    fs.writeSync(2, "terminate called after throwing an instance of 'std::bad_alloc'\n");
    process.abort();
  },
};

if (process.send && /trainer(\/process\.ts|\.js)$/.test(process.argv[1] ?? ''))
  process.prependListener('message', (message: unknown) => {
    const { type, job } = message as { type: string; job?: { seed: number } };
    if (type === 'start' && job?.seed === 0) FAULTS[process.env['FAULT'] ?? '']?.();
  });

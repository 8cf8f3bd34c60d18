/**
 * Asks npm's registry whether the packages that ship have known holes (`npm run audit`). Exit code 0: none of weight;
 * 1: there are; 2: it could not be asked, which `npm audit` itself does not tell apart from holes.
 */
import { spawnSync } from 'node:child_process';

interface Advisory {
  title: string;
  url: string;
}

/** What `npm audit --json` prints, as far as it is read here. */
interface Report {
  message?: string;
  vulnerabilities?: Record<
    string,
    { severity: string; range: string; via: (Advisory | string)[]; fixAvailable: unknown }
  >;
}

/** Severities that fail. */
const GRAVE = ['high', 'critical'];

const { stdout, error } = spawnSync('npm', ['audit', '--omit=dev', '--json'], {
  encoding: 'utf8',
  maxBuffer: 1 << 28,
  // On Windows npm is a script.
  shell: process.platform === 'win32',
});
process.exitCode = judge(parsed(stdout));

/** Null where npm did not answer with JSON. */
function parsed(text: string): Report | null {
  try {
    return JSON.parse(text) as Report;
  } catch {
    return null;
  }
}

/** Says what was found. @returns the exit code */
function judge(report: Report | null): number {
  if (!report?.vulnerabilities) {
    const cause = report?.message ?? error?.message ?? 'npm gave no answer';
    console.error(`the registry could not be asked (${cause}): nothing is known of holes; try again online`);
    return 2;
  }
  const all = Object.entries(report.vulnerabilities);
  const grave = all.filter(([, { severity }]) => GRAVE.includes(severity));
  for (const [name, { severity, via }] of all) console.log(`${severity}: ${name}: ${reasons(via)}`);
  console.log(
    `${grave.length} of the packages that ship have a known hole of severity high or critical, ${all.length - grave.length} a lesser one`,
  );
  return grave.length > 0 ? 1 : 0;
}

/** A package has a hole of its own, or another one's that it depends on. */
function reasons(via: readonly (Advisory | string)[]): string {
  return via
    .map((one) => (typeof one === 'string' ? `depends on ${one}` : `${one.title} (${one.url})`))
    .join('; ');
}

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hostsIn, sshHosts } from './ssh-hosts.ts';

const CONFIG = `
# clusters
Host lab gpu-lab
  HostName login.lab.example
  User me
Host *.example !bad *
  ForwardAgent no
Match host lab
  Port 2222
host "quoted"
  HostName x
Host lab
`;

it('gives every host that is named, once, and no pattern', () => {
  expect(hostsIn(CONFIG)).toEqual(['lab', 'gpu-lab', 'quoted']);
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'credence-ssh-')), 'config');
  expect(sshHosts(file)).toEqual([]);
  writeFileSync(file, CONFIG);
  expect(sshHosts(file)).toHaveLength(3);
});

it('takes any text', () => {
  fc.assert(fc.property(fc.string(), (text) => void hostsIn(`Host a\n${text}`)));
});

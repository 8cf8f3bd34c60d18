/**
 * Where there is no GPU, WebGPU is tested on the software device that Debian's Chromium brings. The loader
 * reads its search path when a process starts, so it is set before the test processes are. `CREDENCE_TEST_VULKAN`
 * names another driver (its ICD file), such as one that has float16 (docs/mixed-precision.md).
 */
import { existsSync } from 'node:fs';
import path from 'node:path';

const FOLDER = '/usr/lib/chromium';

export default function offerSoftwareGpu(): void {
  const driver = path.join(FOLDER, 'vk_swiftshader_icd.json');
  if (process.env['CREDENCE_TEST_VULKAN'] || existsSync('/dev/dri') || !existsSync(driver)) return;
  process.env['CREDENCE_TEST_VULKAN'] = driver;
  process.env['LD_LIBRARY_PATH'] = [process.env['LD_LIBRARY_PATH'], FOLDER].filter(Boolean).join(':');
}

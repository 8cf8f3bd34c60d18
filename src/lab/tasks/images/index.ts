/** The kind of task whose data are pictures. */
import type { ImagesConfig } from '#shared/config.ts';
import { digitReport, splitDigits, type DigitBank } from '../../datasets/digits/bank.ts';
import { digitPaths, loadDigits } from '../../datasets/digits/index.ts';
import type { DatasetReport } from '#shared/records.ts';
import type { TaskKind } from '../task.ts';
import { imageModel, ImageTask } from './task.ts';

interface ReadDigits {
  bank: DigitBank;
  report: DatasetReport;
}

export const images: TaskKind<ImagesConfig, ReadDigits> = {
  check: (config) => void imageModel(config),
  paths: ({ dataset }) => digitPaths(dataset),
  async load({ dataset }, seed, options) {
    const bank = await loadDigits(dataset, options);
    const split = splitDigits(bank, dataset.held_out, dataset.seed ?? seed);
    const count = bank.labels.length;
    const digits = digitReport(bank, split);
    return { bank, report: { rowsRead: count, rowsKept: count - digits.repeated, dropped: [], digits } };
  },
  build: (config, { bank }, seed) => new ImageTask(config, bank, seed),
};

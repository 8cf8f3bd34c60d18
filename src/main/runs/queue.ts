/**
 * The run queue: trains queued runs in as many processes as there are slots and writes what they report
 * into the history. Runs may be added, reordered, paused and cancelled at any time; one that fails or
 * crashes leaves the others alone.
 */
import { availableParallelism } from 'node:os';
import { trainsTogether, type ExperimentConfig } from '#shared/config.ts';
import { toWireError, UserError } from '#shared/errors.ts';
import type { RunRecord, RunState } from '#shared/records.ts';
import type { History } from '../history/history.ts';
import { ChosenEngines } from './chosen-engines.ts';
import type { QueueListener } from './listener.ts';
import type { QueueContents, QueueOptions, QueueSettings } from './queue-options.ts';
import { weightsFolder } from './weights-folder.ts';
import { startSession, type Session } from './session.ts';
import { SignsOfLife } from './signs-of-life.ts';
import { shareLink } from './shared-link.ts';
import type { SessionOptions } from './session-options.ts';
import { Wakefulness } from './wakefulness.ts';
import { MemoryBudget, memoryHere } from './memory.ts';
import { stopRun } from './settle.ts';
import { waitsForWeights } from './shared-weights.ts';
import type { WorkerLink } from './worker-link.ts';

interface Waiting {
  run: RunRecord;
  config: ExperimentConfig;
}

export class RunQueue {
  readonly #history: History;
  readonly #launch: () => WorkerLink;
  readonly #listener: QueueListener;
  readonly #memory: MemoryBudget;
  readonly #awake: Wakefulness;
  #slots: number;
  #together: number;
  readonly #threads: number | null;
  #waiting: Waiting[] = [];
  readonly #sessions = new Map<number, Session>();
  /** The sessions of each slot that is taken. */
  readonly #taken = new Set<Set<Session>>();
  #held = false;
  #idle: (() => void)[] = [];
  readonly #engines: ChosenEngines;
  readonly #life: SignsOfLife;

  constructor({ history, slots, together = 1, launch, listener = {}, ...machine }: QueueOptions) {
    this.#memory = new MemoryBudget(machine.memory ?? memoryHere(history));
    this.#awake = new Wakefulness(machine.awake ?? (() => () => {}), machine.keepAwake ?? true);
    this.#history = history;
    this.#slots = slots;
    this.#together = together;
    this.#threads = machine.threads ?? null;
    this.#launch = launch;
    this.#listener = listener;
    this.#life = new SignsOfLife(history, () => ({ seconds: this.#seconds(), states: this.#states() }));
    this.#engines = new ChosenEngines({ history, launch, listener, settled: () => this.#fill() });
  }

  contents(): QueueContents {
    return {
      slots: this.#slots,
      together: this.#together,
      held: this.#held,
      keepAwake: this.#awake.wished,
      running: [...this.#sessions].map(([run, session]) => ({ run, progress: session.progress() })),
      waiting: this.#waiting.map((waiting) => ({ run: waiting.run.id, why: this.#hindrance(waiting) })),
    };
  }

  /** Adds queued runs of one experiment; they start as soon as there are slots. */
  add(runs: readonly RunRecord[], config: ExperimentConfig): void {
    this.#waiting.push(...runs.map((run) => ({ run, config })));
    this.#fill();
  }

  /** Resolves when nothing waits or runs any more. */
  drain(): Promise<void> {
    if (this.#isIdle) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  /** Puts waiting runs into this order; those left out follow in their old one. */
  reorder(ids: readonly number[]): void {
    const place = (id: number) => (ids.includes(id) ? ids.indexOf(id) : ids.length);
    this.#waiting.sort((a, b) => place(a.run.id) - place(b.run.id));
    this.#listener.queue?.();
  }

  /** While held, no further run starts. */
  hold(held: boolean): void {
    this.#held = held;
    this.#fill();
  }

  /** Sets how it trains from now on; runs that train stay as they are. */
  configure({ slots, together, keepAwake }: QueueSettings): void {
    this.#slots = slots;
    this.#together = together;
    this.#awake.wish(keepAwake);
    this.#fill();
  }

  /**
   * Stops a run between two steps; it keeps its process and gives its slot to the next. Runs that train together
   * pause and go on together.
   */
  pause(id: number): void {
    this.#sessionOf(id, 'paused').pause();
  }

  unpause(id: number): void {
    this.#sessionOf(id, 'continued').unpause();
  }

  /** Waiting runs are cancelled at once, running ones save what was reached first. */
  cancel(ids: readonly number[]): void {
    const leaving = this.#waiting.filter(({ run }) => ids.includes(run.id));
    this.#waiting = this.#waiting.filter(({ run }) => !ids.includes(run.id));
    for (const { run } of leaving) this.#tellEnd(this.#history.markCancelled(run.id));
    for (const id of ids) this.#sessions.get(id)?.cancel();
    this.#fill();
  }

  /**
   * The program ends: what runs is saved, and everything unfinished can be resumed.
   * @param cause what ended it, for example `SIGTERM`, which leaves runs interrupted; null is the user, who cancels
   * @returns the runs that were not finished, as they are now
   */
  async close(cause: string | null = 'the end of the program'): Promise<RunRecord[]> {
    this.#engines.close();
    const unfinished = [...this.#sessions.keys()];
    for (const { run } of this.#waiting.splice(0)) {
      this.#tellEnd(stopRun(this.#history, run, cause));
      unfinished.push(run.id);
    }
    // Where only waiting runs were left, no session ends to stop the clock, which would keep the process alive.
    this.#watch();
    for (const session of this.#sessions.values()) session.cancel(cause);
    await this.drain();
    return unfinished.map((id) => this.#history.getRun(id)).filter(({ state }) => state !== 'done');
  }

  /** Takes the run by value: what an optional call is given is not even worked out where nobody listens. */
  #tellEnd(run: RunRecord): void {
    this.#listener.ended?.(run, null);
  }

  get #isIdle(): boolean {
    return this.#sessions.size === 0 && this.#waiting.length === 0;
  }

  /** Slots in which something trains. */
  get #active(): number {
    return [...this.#taken].filter((sessions) => [...sessions].some(({ paused }) => !paused)).length;
  }

  /** Threads the next run may use, so that what runs fills the cores: the last run gets those left over. */
  #threadsFor({ run, config }: Waiting): number {
    if (this.#threads !== null) return this.#threads;
    const waiting = Math.ceil(this.#waiting.length / this.#together);
    const fitting = this.#memory.atOnce(run.experiment, config);
    const atOnce = Math.min(this.#slots, this.#active + waiting + 1, Math.max(this.#active, fitting));
    return Math.max(1, Math.floor(availableParallelism() / atOnce));
  }

  #sessionOf(id: number, what: string): Session {
    const session = this.#sessions.get(id);
    if (session) return session;
    throw new UserError('queue.not-running', `run ${id} does not train here and cannot be ${what}`);
  }

  #fill(): void {
    while (!this.#held && this.#active < this.#slots) {
      const at = this.#waiting.findIndex(
        (waiting) => this.#lackOfMemory(waiting) === null && !this.#waits(waiting),
      );
      const next = this.#waiting[at];
      const choice = next && this.#engines.of(next.run, next.config, () => this.#processesFor(next));
      if (!choice) break;
      const group = this.#groupOf(next);
      this.#waiting = this.#waiting.filter((waiting) => !group.includes(waiting));
      for (const { run } of group) this.#memory.take(run.id, run.experiment, next.config);
      this.#startGroup(group, { ...next.config, engine: choice.engine }, choice.why);
    }
    this.#watch();
    this.#listener.queue?.();
    if (this.#isIdle) for (const resolve of this.#idle.splice(0)) resolve();
  }

  /** Processes that will train runs of its experiment at the same time. */
  #processesFor({ run, config }: Waiting): number {
    const runs = this.#waiting.filter((other) => other.run.experiment === run.experiment).length;
    const groups = Math.ceil(runs / this.#together);
    return Math.min(this.#slots, groups, this.#memory.atOnce(run.experiment, config));
  }

  /** Whether another run is about to leave the weights that this one starts from. */
  #waits({ run, config }: Waiting, starting: readonly Waiting[] = []): boolean {
    const training = [...this.#sessions.keys(), ...starting.map((other) => other.run.id)];
    return waitsForWeights(this.#history, config, run, new Set(training));
  }

  #lackOfMemory({ run, config }: Waiting): string | null {
    return this.#memory.hindrance(run.experiment, config);
  }

  /** What holds a waiting run back although a slot is free. */
  #hindrance(waiting: Waiting): string | null {
    if (this.#held || this.#active >= this.#slots) return null;
    if (this.#engines.isMeasuring(waiting.run.experiment)) return 'waits while engines are measured';
    const lack = this.#lackOfMemory(waiting);
    return lack ?? (this.#waits(waiting) ? 'waits for weights that another run is about to leave' : null);
  }

  /** The runs that the next slot trains: those of one experiment, as many as are to train together. */
  #groupOf(first: Waiting): Waiting[] {
    const group = [first];
    for (const other of this.#waiting) {
      if (group.length >= (trainsTogether(first.config) ? this.#together : 1)) break;
      const fits = other !== first && other.run.experiment === first.run.experiment;
      if (fits && !this.#waits(other, group)) group.push(other);
    }
    return group;
  }

  /** A run that cannot even start fails with the cause, and the others have their turn. */
  #startGroup(group: readonly Waiting[], config: ExperimentConfig, why: string | null): void {
    const runs = group.map(({ run }) => run);
    let links: WorkerLink[] = [];
    const slot = new Set<Session>();
    const threads = this.#threadsFor(group[0]);
    this.#taken.add(slot);
    for (const [i, run] of runs.entries()) {
      try {
        if (i === 0) links = runs.length === 1 ? [this.#launch()] : shareLink(this.#launch(), runs.length);
        if (!links[i]) throw new Error('its training process could not be launched');
        const companions = runs.filter((other) => other !== run);
        slot.add(this.#start(run, { config, why, threads, companions, link: links[i] }, slot));
      } catch (error) {
        process.emitWarning(`run ${run.id} could not start: ${toWireError(error).message}`);
        this.#memory.giveBack(run.id);
        this.#tellEnd(this.#history.markFailed(run.id, toWireError(error)));
        links[i]?.shutdown(0);
      }
    }
    if (slot.size === 0) this.#taken.delete(slot);
  }

  #start(
    run: RunRecord,
    options: Pick<SessionOptions, 'config' | 'why' | 'threads' | 'companions' | 'link'>,
    slot: Set<Session>,
  ): Session {
    const session = startSession({
      ...options,
      run,
      history: this.#history,
      folder: weightsFolder(this.#history.path, run),
      listener: {
        ...this.#listener,
        changed: (changed) => this.#changed(changed),
        checkpoint: () => this.#fill(),
      },
    });
    this.#sessions.set(run.id, session);
    void session.ended.then(() => {
      this.#sessions.delete(run.id);
      this.#memory.giveBack(run.id);
      slot.delete(session);
      if (slot.size === 0) this.#taken.delete(slot);
      this.#fill();
    });
    return session;
  }

  /** A run that pauses frees its slot. */
  #changed(run: RunRecord): void {
    this.#listener.changed?.(run);
    this.#fill();
  }

  /** Gives signs of life while there is anything to own, and keeps the machine awake while something trains. */
  #watch(): void {
    this.#awake.update(this.#active > 0);
    this.#life.give(!this.#isIdle);
  }

  #seconds(): Map<number, number> {
    return new Map([...this.#sessions].map(([run, session]) => [run, session.seconds()]));
  }

  #states(): Map<number, RunState> {
    const waiting = this.#waiting.map(({ run }): [number, RunState] => [run.id, 'queued']);
    const stateOf = ({ paused }: Session) => (paused ? 'paused' : 'running');
    const sessions = [...this.#sessions].map(([run, of]): [number, RunState] => [run, stateOf(of)]);
    return new Map([...waiting, ...sessions]);
  }
}

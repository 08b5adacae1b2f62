/** How far a command has come, on standard error: a bar on a terminal, else one plain line now and then, else JSON lines. */

export interface Progress {
  /** @param total null while nobody knows it */
  update(done: number, total: number | null, detail?: string): void;
  /** Takes the bar away. */
  end(): void;
}

export interface ProgressOptions {
  readonly stderr: NodeJS.WritableStream;
  readonly label: string;
  readonly unit: 'bytes' | 'none';
  readonly isJson: boolean;
  readonly isTerminal: boolean;
  /** Milliseconds of a clock that only rises. */
  readonly now?: () => number;
}

const barWidth = 24;
/** A line is written when this much more is done, or this much time has gone. */
const stepShare = 0.1;
const stepMs = 5_000;
const redrawMs = 100;
/** What is done by then needs no progress. */
const quietMs = 1_000;
/** From then on the time that is left is told. */
const remainingAfterMs = 3_000;

export function createProgress(options: ProgressOptions): Progress {
  const { stderr, label, isJson, isTerminal } = options;
  const now = options.now ?? (() => performance.now());
  const begin = now();
  let toldAt = begin;
  let toldShare = 0;
  let isDrawn = false;
  return {
    update(done, total, detail = '') {
      const share = total === null || total <= 0 ? null : Math.min(1, done / total);
      const at = now();
      if (at - begin < quietMs) return;
      if (isTerminal && !isJson) {
        if (at - toldAt < redrawMs && share !== 1) return;
        toldAt = at;
        stderr.write(`\r\u001b[2K${line(done, total, share, detail, at)}`);
        isDrawn = true;
        return;
      }
      const isStep = share !== null && (share >= toldShare + stepShare || (share === 1 && toldShare < 1));
      if (!isStep && at - toldAt < stepMs) return;
      toldAt = at;
      if (share !== null) toldShare = share === 1 ? 1 : Math.floor(share * 10) / 10;
      stderr.write(
        isJson
          ? `${JSON.stringify({ progress: { task: label, done, total, ...(detail === '' ? {} : { detail }) } })}\n`
          : `${line(done, total, share, detail, at)}\n`,
      );
    },
    end() {
      if (isDrawn) stderr.write('\r\u001b[2K');
      isDrawn = false;
    },
  };

  function line(done: number, total: number | null, share: number | null, detail: string, at: number): string {
    const parts = [label];
    if (share !== null) {
      if (isTerminal) parts.push(`${'█'.repeat(Math.round(share * barWidth)).padEnd(barWidth, '░')}`);
      parts.push(`${Math.floor(share * 100)} %`);
    }
    if (options.unit === 'bytes') parts.push(total === null ? bytes(done) : `${bytes(done)} of ${bytes(total)}`);
    if (detail !== '') parts.push(detail);
    const elapsed = at - begin;
    if (share !== null && share > 0 && share < 1 && elapsed > remainingAfterMs) {
      parts.push(`${Math.ceil((elapsed / share - elapsed) / 1000)} s left`);
    }
    return parts.join('  ');
  }
}

/** `1.5 MiB` */
export function bytes(count: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = count < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(count) / 10));
  return `${power === 0 ? count : (count / 1024 ** power).toFixed(1)} ${units[power]}`;
}

import type { DeviceDescription } from '../lib/protocol'

// Five minutes, at one sample a second.
const KEPT = 300

/** What one device did lately, a sample after the other. Rates are those since the sample before. */
export interface Samples {
  /** Seconds since 1970. */
  times: number[]
  running: number[]
  waiting: number[]
  /** Sequences that shared a pass; null where there was no pass. */
  perPass: (number | null)[]
  tokensPerSecond: number[]
  /** Share of the KV rows in use, in percent. */
  kv: number[]
  /** Passes that were seen: tokens, milliseconds, and those that the engine had expected. */
  passes: { tokens: number; milliseconds: number; expected: number }[]
  last: DeviceDescription | null
}

export function noSamples(): Samples {
  return { times: [], running: [], waiting: [], perPass: [], tokensPerSecond: [], kv: [], passes: [], last: null }
}

/** The samples with one more; the oldest leave. */
export function withSample(samples: Samples, time: number, device: DeviceDescription): Samples {
  const { last } = samples
  const elapsed = time - (samples.times.at(-1) ?? time)
  // Counts that fall are those of another process.
  const since = last && device.passes >= last.passes ? last : device
  const passes = device.passes - since.passes
  const seen = passes > 0 && device.lastPassTokens > 0 ? [{ tokens: device.lastPassTokens, milliseconds: device.lastPassSeconds * 1000, expected: device.lastPassExpected * 1000 }] : []
  return {
    times: add(samples.times, time),
    running: add(samples.running, device.running),
    waiting: add(samples.waiting, device.waiting),
    perPass: add(samples.perPass, passes > 0 ? (device.carried - since.carried) / passes : null),
    tokensPerSecond: add(samples.tokensPerSecond, elapsed > 0 ? (device.generated - since.generated) / elapsed : 0),
    kv: add(samples.kv, device.kvRows > 0 ? (100 * device.kvRowsUsed) / device.kvRows : 0),
    passes: [...samples.passes, ...seen].slice(-KEPT),
    last: device,
  }
}

/** What passes cost: by their tokens, what was seen of them, and what the engine expects of such by now. */
export function costs({ passes }: Samples): [number[], number[], (number | null)[]] {
  const points = passes.toSorted((a, b) => a.tokens - b.tokens)
  const expected = new Map(passes.map((pass) => [pass.tokens, pass.expected]))
  return [points.map(({ tokens }) => tokens), points.map(({ milliseconds }) => milliseconds), points.map(({ tokens }) => expected.get(tokens) || null)]
}

function add<T>(values: T[], value: T): T[] {
  return [...values.slice(1 - KEPT), value]
}

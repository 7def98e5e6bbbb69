import { expect, test } from 'vitest'
import type { DeviceDescription } from '../lib/protocol'
import { costs, noSamples, withSample } from './samples'

const idle: DeviceDescription = {
  model: 'scripted', device: 'cpu', dataType: 'float32', running: 0, waiting: 0, kvRowsUsed: 0, kvRows: 100, passes: 0, carried: 0, drafted: 0, accepted: 0,
  generated: 0, prefilled: 0, nodePrice: 0.25, lastPassTokens: 0, lastPassSeconds: 0, lastPassExpected: 0,
  lost: false, memoryUsed: 0, memoryTotal: 0,
}

test('rates are those since the sample before', () => {
  let samples = withSample(noSamples(), 10, { ...idle, passes: 100, generated: 1000 })
  samples = withSample(samples, 12, { ...idle, passes: 104, carried: 12, generated: 1100, kvRowsUsed: 50, lastPassTokens: 8, lastPassSeconds: 0.02 })
  samples = withSample(samples, 13, { ...idle, passes: 104, carried: 12, generated: 1100 })

  expect(samples.tokensPerSecond).toEqual([0, 50, 0])
  expect(samples.perPass).toEqual([null, 3, null])
  expect(samples.kv).toEqual([0, 50, 0])
  expect(samples.passes).toEqual([{ tokens: 8, milliseconds: 20, expected: 0 }])
})

test('a process that began anew counts from nothing', () => {
  let samples = withSample(noSamples(), 10, { ...idle, passes: 100, generated: 1000 })
  samples = withSample(samples, 11, { ...idle, passes: 3, generated: 7 })

  expect(samples.tokensPerSecond).toEqual([0, 0])
})

test('five minutes are kept', () => {
  let samples = noSamples()
  for (let time = 0; time < 400; time++) samples = withSample(samples, time, { ...idle, passes: time, lastPassTokens: 1, lastPassSeconds: 0.1 })

  expect(samples.times).toHaveLength(300)
  expect(samples.times.at(-1)).toBe(399)
  expect(samples.passes).toHaveLength(300)
})

test('passes lie beside what was expected of such last', () => {
  const pass = (passes: number, lastPassTokens: number, lastPassSeconds: number, lastPassExpected: number) => ({ ...idle, passes, lastPassTokens, lastPassSeconds, lastPassExpected })
  let samples = withSample(noSamples(), 1, idle)
  samples = withSample(samples, 2, pass(1, 8, 0.04, 0))
  samples = withSample(samples, 3, pass(2, 4, 0.025, 0.03))
  samples = withSample(samples, 4, pass(3, 4, 0.027, 0.026))

  expect(costs(samples)).toEqual([[4, 4, 8], [25, 27, 40], [26, 26, null]])
})

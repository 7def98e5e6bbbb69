import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { TurnEvent } from './protocol'
import { readTurn, type TurnSource } from './turnReader'

type Step = TurnEvent | Error | 'complete'

function frame(kind: TurnEvent['kind'], position: number, tokens: number[] = [], epoch = 1): TurnEvent {
  return {
    kind, epoch, position, textOffset: position, tokens, text: '', sources: tokens.map(() => 0), survival: tokens.map(() => 1), steps: [], textEnds: [],
    finish: null, error: null, statistics: null, logProbabilities: [], obfuscation: '', waitsFor: null, ahead: null,
  }
}

/** Plays one script per time it is opened, and is silent after it. */
function scripted(...attempts: Step[][]) {
  const opened: number[] = []
  const shown: TurnEvent[] = []
  const alive: boolean[] = []
  let disposed = 0
  const open = async (from: number): Promise<TurnSource> => {
    const steps = attempts[Math.min(opened.length, attempts.length - 1)]!
    opened.push(from)
    return {
      subscribe(reader) {
        queueMicrotask(() => {
          for (const step of steps)
            if (step === 'complete') reader.complete()
            else if (step instanceof Error) reader.error(step)
            else reader.next(step)
        })
        return { dispose: () => void disposed++ }
      },
    }
  }
  const abort = new AbortController()
  const options = {
    open,
    show: (event: TurnEvent) => void shown.push(event),
    alive: (value: boolean) => void alive.push(value),
    refuses: (error: unknown) => error instanceof Error && error.message === 'refused',
    signal: abort.signal,
  }
  return { opened, shown, alive, abort, options, tokens: () => shown.flatMap((event) => event.tokens), disposed: () => disposed }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('an undisturbed reply passes through and ends', async () => {
  const script = scripted([frame('tokens', 0, [1, 2]), frame('keepAlive', 2), frame('tokens', 2, [3]), frame('end', 3)])
  await readTurn(0, script.options)
  expect(script.shown.map((event) => event.kind)).toEqual(['tokens', 'keepAlive', 'tokens', 'end'])
  expect(script.tokens()).toEqual([1, 2, 3])
})

test('a silent stream is opened again at the next position after four seconds', async () => {
  const script = scripted([frame('tokens', 0, [1, 2])], [frame('tokens', 2, [3]), frame('end', 3)])
  const reading = readTurn(0, script.options)
  await vi.advanceTimersByTimeAsync(3999)
  expect(script.opened).toEqual([0])
  await vi.advanceTimersByTimeAsync(200)
  await reading
  expect(script.opened).toEqual([0, 2])
  expect(script.tokens()).toEqual([1, 2, 3])
  expect(script.alive).toContain(false)
})

test('failures, early ends, repetitions and gaps lose and double nothing', async () => {
  const script = scripted(
    [frame('tokens', 0, [1]), new Error('connection closed')],
    [frame('tokens', 0, [1, 2]), 'complete'],
    [frame('tokens', 3, [4])],
    [frame('tokens', 2, [3, 4]), frame('end', 4)],
  )
  const reading = readTurn(0, script.options)
  await vi.runAllTimersAsync()
  await reading
  expect(script.opened).toEqual([0, 1, 2, 2])
  expect(script.tokens()).toEqual([1, 2, 3, 4])
})

test('a rewind is followed', async () => {
  const script = scripted([frame('rewind', 1), frame('tokens', 1, [7]), frame('end', 2)])
  await readTurn(5, script.options)
  expect(script.shown.map((event) => event.position)).toEqual([1, 1, 2])
})

test('a process that lost the conversation is not believed', async () => {
  const script = scripted([frame('tokens', 0, [1], 2), frame('end', 1, [], 1)], [frame('tokens', 1, [2], 2), frame('end', 2, [], 2)])
  const reading = readTurn(0, script.options)
  await vi.runAllTimersAsync()
  await reading
  expect(script.tokens()).toEqual([1, 2])
})

test('a refusal ends the reading', async () => {
  const script = scripted([new Error('refused')])
  await expect(readTurn(0, script.options)).rejects.toThrow('refused')
  expect(script.opened).toEqual([0])
})

test('an abandoned reading gives its stream up', async () => {
  const script = scripted([frame('tokens', 0, [1])])
  const reading = readTurn(0, script.options)
  await vi.advanceTimersByTimeAsync(0)
  script.abort.abort()
  await reading
  expect(script.disposed()).toBe(1)
})

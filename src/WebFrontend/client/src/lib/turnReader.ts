import type { TurnEvent } from './protocol'

/** What a hub stream offers: a subscription that can be given up. */
export interface TurnSource {
  subscribe(reader: { next(frame: TurnEvent): void; error(error: unknown): void; complete(): void }): { dispose(): void }
}

export interface TurnReaderOptions {
  /** Opens the reply at the first position wanted; may wait for a connection. */
  open(from: number): Promise<TurnSource>
  /** Takes each frame once and in order. */
  show(frame: TurnEvent): void
  /** Told when frames stop coming (false) and come again (true). */
  alive(alive: boolean): void
  /** Errors that opening again cannot mend. */
  refuses(error: unknown): boolean
  signal: AbortSignal
}

// The server sends a keep-alive every 300 ms.
const SILENCE = 4000
const FIRST_PAUSE = 100
const LONGEST_PAUSE = 3000

/**
 * Reads a reply to its end over a stream that may fall silent, fail, repeat itself or leave something out: whatever happens, it is opened
 * again at the first position that is missing, so that every token arrives once and in order.
 */
export async function readTurn(from: number, options: TurnReaderOptions): Promise<void> {
  const progress = { next: from, epoch: 0 }
  for (let failures = 0; !options.signal.aborted; failures++) {
    const before = progress.next
    if (await attempt(progress, options)) return
    options.alive(false)
    if (progress.next > before) failures = 0
    await pause(Math.min(FIRST_PAUSE * 2 ** failures, LONGEST_PAUSE), options.signal)
  }
}

/** Reads until the reply ends (true) or the stream is lost (false). */
async function attempt(progress: { next: number; epoch: number }, options: TurnReaderOptions): Promise<boolean> {
  let source: TurnSource
  try {
    source = await options.open(progress.next)
  } catch (error) {
    if (options.refuses(error)) throw error
    return false
  }
  if (options.signal.aborted) return false
  return new Promise((resolve, reject) => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let subscription: { dispose(): void } | undefined
    let over = false
    const settle = (finish: () => void) => {
      if (over) return
      over = true
      clearTimeout(timer)
      options.signal.removeEventListener('abort', lose)
      finish()
      subscription?.dispose()
    }
    const lose = () => settle(() => resolve(false))
    const listen = () => {
      clearTimeout(timer)
      timer = setTimeout(lose, SILENCE)
    }
    options.signal.addEventListener('abort', lose)
    listen()
    subscription = source.subscribe({
      next(frame) {
        if (over) return
        // Something is missing, or a process speaks that has lost the conversation to another.
        if (frame.position > progress.next || frame.epoch < progress.epoch) return lose()
        listen()
        options.alive(true)
        progress.epoch = frame.epoch
        const known = progress.next - frame.position
        if (frame.kind === 'tokens' && frame.tokens.length > 0 && frame.tokens.length <= known) return
        if (frame.kind === 'tokens') {
          frame = known === 0 ? frame : cut(frame, known)
          progress.next = frame.position + frame.tokens.length
        } else if (frame.kind === 'rewind') {
          progress.next = frame.position
        }
        options.show(frame)
        if (frame.kind === 'end') settle(() => resolve(true))
      },
      error: (error) => settle(() => (options.refuses(error) ? reject(error) : resolve(false))),
      complete: lose,
    })
  })
}

function cut(frame: TurnEvent, known: number): TurnEvent {
  return {
    ...frame,
    position: frame.position + known,
    tokens: frame.tokens.slice(known),
    sources: frame.sources.slice(known),
    survival: frame.survival.slice(known),
    steps: frame.steps.slice(known),
    textEnds: frame.textEnds.slice(known),
    logProbabilities: frame.logProbabilities.slice(known),
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const timer = setTimeout(resolve, milliseconds)
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true })
  })
}

import type { Finish, TurnEvent, TurnStatistics } from './protocol'
import { Trace, type TracedToken } from './trace'

// The page is drawn at most twenty times a second, however fast tokens come.
const DRAW_INTERVAL = 50

/** A reply that is being written: takes its frames as they come and shows them at a pace that a page can follow. */
export class Reply {
  text = $state('')
  statistics: TurnStatistics | null = $state(null)
  finish: Finish | null = $state(null)
  error: string | null = $state(null)
  interrupted = $state(false)
  waitsFor: TurnEvent['waitsFor'] = $state(null)
  ahead: TurnEvent['ahead'] = $state(null)
  tokens: TracedToken[] = $state.raw([])

  #text = ''
  readonly #trace = new Trace()
  #statistics: TurnStatistics | null = null
  #timer: ReturnType<typeof setTimeout> | undefined
  #drawn = 0

  constructor(
    readonly turnId: string,
    readonly messageId: string,
  ) {}

  take(frame: TurnEvent): void {
    this.waitsFor = frame.waitsFor
    this.ahead = frame.ahead
    if (frame.kind === 'keepAlive') return
    this.#trace.take(frame)
    if (frame.kind === 'tokens') this.#text = this.#text.slice(0, frame.textOffset) + frame.text
    this.#statistics = frame.statistics ?? this.#statistics
    if (frame.kind === 'end') {
      this.finish = frame.finish ?? 'stop'
      this.error = frame.error ?? null
      this.#draw()
    } else {
      this.#timer ??= setTimeout(() => this.#draw(), Math.max(0, this.#drawn + DRAW_INTERVAL - performance.now()))
    }
  }

  fail(error: string): void {
    this.finish = 'error'
    this.error = error
    this.#draw()
  }

  #draw(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#drawn = performance.now()
    this.text = this.#text
    this.tokens = [...this.#trace.tokens]
    this.statistics = this.#statistics
  }
}

import type { Connection } from './connection.svelte'
import { Refusal, type SaidMessage, type TurnSettings } from './protocol'
import { Reply } from './reply.svelte'
import { strings } from './strings'

/** One prompt, answered twice with the same seed: guessing ahead, and one token a call. Neither reply is kept. */
export class Comparison {
  guessed: Reply | null = $state(null)
  plain: Reply | null = $state(null)
  running = $state(false)

  /** Whether both have said the same to their end; null as long as that is open. */
  same: boolean | null = $derived.by(() => {
    const [guessed, plain] = [this.guessed, this.plain]
    return whole(guessed) && whole(plain) ? guessed.text === plain.text : null
  })

  /** How many times sooner the guessed reply was complete, counted from its first token; null as long as that is open. */
  gain: number | null = $derived.by(() => {
    const [guessed, plain] = [seconds(this.guessed), seconds(this.plain)]
    return this.same && guessed > 0 && plain > 0 ? plain / guessed : null
  })

  #connection: Connection
  #given = new AbortController()

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /** One after the other, so that neither takes time from the other; the guessed one first, so that it cannot have learned from its twin. */
  async run(messages: SaidMessage[], settings: TurnSettings, model: string | null): Promise<void> {
    this.stop()
    const given = (this.#given = new AbortController())
    const seed = settings.seed ?? Math.floor(Math.random() * 2 ** 32)
    this.running = true
    this.guessed = new Reply('', '')
    this.plain = null
    await this.#read(this.guessed, messages, { ...settings, seed, speculation: { mode: 'auto' } }, model, given.signal)
    if (given.signal.aborted) return
    this.plain = new Reply('', '')
    await this.#read(this.plain, messages, { ...settings, seed, speculation: { mode: 'off' } }, model, given.signal)
    if (!given.signal.aborted) this.running = false
  }

  stop(): void {
    this.#given.abort()
    this.running = false
  }

  async #read(reply: Reply, messages: SaidMessage[], settings: TurnSettings, model: string | null, signal: AbortSignal): Promise<void> {
    try {
      const source = await this.#connection.attempt(messages, settings, model)
      await new Promise<void>((resolve, reject) => {
        if (signal.aborted) return resolve()
        const reading = source.subscribe({ next: (frame) => reply.take(frame), error: reject, complete: resolve })
        signal.addEventListener('abort', () => (reading.dispose(), resolve()))
      })
    } catch (error) {
      reply.fail(Refusal.from(error)?.message ?? strings.compare.lost)
    }
  }
}

function whole(reply: Reply | null): reply is Reply {
  return reply?.finish === 'stop' || reply?.finish === 'length'
}

function seconds(reply: Reply | null): number {
  return reply?.statistics?.seconds ?? 0
}

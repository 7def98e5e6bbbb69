import { HttpTransportType, HubConnectionBuilder, HubConnectionState, LogLevel, type HubConnection } from '@microsoft/signalr'
import { Refusal, type ListChanged, type SaidMessage, type TryRequest, type TurnEvent, type TurnSettings } from './protocol'
import { strings } from './strings'
import type { TurnSource } from './turnReader'

export type ConnectionState = 'connecting' | 'online' | 'reconnecting' | 'signedOut'

// The server pings every two seconds; to who reads a reply it says something every 300 ms.
const SERVER_SILENCE = 10_000
const REPLY_SILENCE = 4000
const FIRST_PAUSE = 200
const LONGEST_PAUSE = 5000

const HUB = '/hubs/chat'

// The server takes 1 MiB; who sends more is cut off without an answer.
const LARGEST_CALL = 1_000_000

/** Refuses a call that the server would not take. */
function check(...args: unknown[]): void {
  if (new TextEncoder().encode(JSON.stringify(args)).length > LARGEST_CALL) throw new Refusal('invalid_request', strings.tooLarge)
}

/** Browsers do not tell why a socket was refused; the same door says so to an ordinary request. */
async function isSignedOut(): Promise<boolean> {
  try {
    return (await fetch(`${HUB}/negotiate?negotiateVersion=1`, { method: 'POST' })).status === 401
  } catch {
    return false
  }
}

/** The connection to the hub. It opens itself again for as long as the page lives; calls wait for it. */
export class Connection {
  state: ConnectionState = $state('connecting')

  /** Called each time the connection is open. */
  opened: () => void = () => {}

  /** Told what happens to the list of conversations, wherever it was done. */
  listChanged: (change: ListChanged) => void = () => {}

  #hub: HubConnection
  #online: Promise<void>
  #resolveOnline!: () => void
  #hurry: () => void = () => {}
  #readers = 0

  constructor() {
    // Behind a load balancer the frontend that a negotiation talks to need not be the one that the connection is then made to.
    this.#hub = new HubConnectionBuilder()
      .withUrl(HUB, { transport: HttpTransportType.WebSockets, skipNegotiation: true })
      .configureLogging(LogLevel.None)
      .build()
    this.#hub.serverTimeoutInMilliseconds = SERVER_SILENCE
    this.#online = new Promise((resolve) => (this.#resolveOnline = resolve))
    this.#hub.on('ListChanged', (change: ListChanged) => this.listChanged(change))
    this.#hub.onclose(() => {
      this.#online = new Promise((resolve) => (this.#resolveOnline = resolve))
      void this.#open('reconnecting')
    })
    window.addEventListener('online', () => this.#hurry())
    void this.#open('connecting')
  }

  /** Tries at once instead of at the end of the pause: somebody has just signed in. */
  retry(): void {
    if (this.state === 'signedOut') void this.#open('connecting')
  }

  /** Calls a hub method. Every method may be repeated, so a call whose answer was lost with the connection is made again. */
  async invoke<T>(method: string, ...args: unknown[]): Promise<T> {
    check(...args)
    for (;;) {
      await this.#online
      try {
        return await this.#hub.invoke<T>(method, ...args)
      } catch (error) {
        const refusal = Refusal.from(error)
        if (refusal) throw refusal
        if (this.#hub.state === HubConnectionState.Connected) throw error
      }
    }
  }

  /** Opens a reply for reading from a position on. */
  async resume(conversationId: string, turnId: string, from: number): Promise<TurnSource> {
    await this.#online
    return this.#watched(this.#hub.stream<TurnEvent>('Resume', conversationId, turnId, from))
  }

  /** Opens a reply that is not kept. */
  async attempt(messages: SaidMessage[], settings: TurnSettings, model: string | null): Promise<TurnSource> {
    const request: TryRequest = { messages, settings, model }
    check(request)
    await this.#online
    return this.#hub.stream<TurnEvent>('Try', request)
  }

  /** While a reply is read a connection that has died without a word is noticed sooner: to open the reply again on it would be in vain. */
  #watched(source: TurnSource): TurnSource {
    const count = (by: number) => {
      this.#readers += by
      this.#hub.serverTimeoutInMilliseconds = this.#readers > 0 ? REPLY_SILENCE : SERVER_SILENCE
    }
    return {
      subscribe(reader) {
        count(1)
        const subscription = source.subscribe(reader)
        return { dispose: () => (count(-1), subscription.dispose()) }
      },
    }
  }

  async #open(state: ConnectionState): Promise<void> {
    this.state = state
    for (let failures = 0; ; failures++) {
      try {
        await this.#hub.start()
        this.state = 'online'
        this.#resolveOnline()
        this.opened()
        return
      } catch {
        if (await isSignedOut()) {
          this.state = 'signedOut'
          return
        }
        this.state = 'reconnecting'
      }
      await this.#pause(failures)
    }
  }

  // The random part keeps the browsers of a server that returns from coming all at once.
  #pause(failures: number): Promise<void> {
    const longest = Math.min(FIRST_PAUSE * 2 ** failures, LONGEST_PAUSE)
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, longest / 2 + Math.random() * (longest / 2))
      this.#hurry = () => (clearTimeout(timer), resolve())
    })
  }
}

import { HubConnectionBuilder, LogLevel } from '@microsoft/signalr';

const pause = () => new Promise(resolve => setTimeout(resolve, 300 + 700 * Math.random()));

/** The server said no; the message is one line for the person. */
export class Refusal extends Error {
  constructor(code, line) {
    super(line);
    this.code = code;
  }
}

/** The refusal in an error of the hub; null where the connection failed, or where trying again mends it. */
export function refusalIn(error) {
  const [, code, line] = /HubException: ([a-z_]+): (.+)$/s.exec(error?.message) ?? [];
  return code && code !== 'unavailable' ? new Refusal(code, line) : null;
}

/** Connects, and goes on connecting whenever the connection is lost. */
export async function connect(server, key) {
  const hub = new HubConnectionBuilder()
    .withUrl(new URL('hubs/chat', server).href, { accessTokenFactory: () => key })
    .withAutomaticReconnect({ nextRetryDelayInMilliseconds: () => 300 + 700 * Math.random() })
    .configureLogging(LogLevel.None)
    .build();
  hub.serverTimeoutInMilliseconds = 10_000;
  await hub.start();
  return {
    stream: (method, ...args) => hub.stream(method, ...args),
    stop: () => hub.stop(),

    /** Calls a method, again until it has an answer: every method may be repeated. */
    async call(method, ...args) {
      for (;;) {
        try {
          return await hub.invoke(method, ...args);
        } catch (error) {
          const refusal = refusalIn(error);
          if (refusal) throw refusal;
          await pause();
        }
      }
    },
  };
}

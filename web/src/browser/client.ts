/** A page's connection to the API: key, session, clock and client, wired once. */
import { ApiClient } from "../core/api";
import { deviceClocks, ServerClock } from "../core/clock";
import { Session } from "../core/session";
import { rememberTime } from "./clock_memory";
import { loadConfig, type SiteConfig } from "./config";
import { DeviceKey } from "./device_key";
import { BrowserSessionStore } from "./session_store";

export interface Connection {
  readonly config: SiteConfig;
  readonly key: DeviceKey;
  readonly clock: ServerClock;
  readonly session: Session;
  readonly api: ApiClient;
}

/** Connect as a page of a kind; a session that this browser had is loaded, not yet resumed. */
export async function connect(purpose: "candidate" | "phone" | "staff"): Promise<Connection> {
  const [config, key] = await Promise.all([loadConfig(), DeviceKey.of(purpose)]);
  const clock = new ServerClock(deviceClocks, purpose === "phone");
  rememberTime(clock);
  return await inSession({ config, key, clock }, purpose);
}

/** The same device in a session of its own name: a phone may still owe recordings to an earlier sitting. */
export async function inSession(
  { config, key, clock }: Pick<Connection, "config" | "key" | "clock">,
  name: string,
): Promise<Connection> {
  const ports = { baseUrl: config.api_url, clock, signer: key };
  const nobody = new ApiClient({ ...ports, credentials: { token: () => null, resume: () => Promise.resolve(false) } });
  const session = new Session(
    new BrowserSessionStore(name),
    key,
    clock,
    (body) => nobody.call("POST /sessions/resume", { body }),
    () => nobody.askTime(),
  );
  await session.load();
  return { config, key, clock, session, api: new ApiClient({ ...ports, credentials: session }) };
}

/** How a phone comes to a sitting: by the link of its desktop, and afterwards by the session that it kept. */
import { type Connection, inSession } from "../../browser/client";
import type { PhoneLink } from "../../core/phone/link";
import { boundMemory, type Memory } from "../../core/phone/stage";
import type { KeptOnPhone } from "./kept";

export interface Binding {
  readonly memory: Memory;
  /** In the session of this sitting and no other. */
  readonly connection: Connection;
  /** The last segment that the server knew when the phone was bound; null when it was bound before. */
  readonly afterSegmentNo: number | null;
}

/**
 * Take up a link, with its person's consent.
 *
 * @param live the binding that records now: bound to the same sitting again, it goes on in the new session
 * @throws ClientError
 */
export async function bindPhone(
  device: Connection,
  kept: KeptOnPhone,
  link: PhoneLink,
  live: Binding | null,
): Promise<Binding> {
  const bound = await device.api.call("POST /phones/{invitation_id}/bind", {
    parameters: { invitation_id: link.invitationId },
    body: { secret: link.secret, device_key: device.key.publicKey, consents: true },
  });
  const sittingId = bound.session.sitting_id ?? "";
  const goesOn = live !== null && live.memory.sittingId === sittingId;
  const connection = goesOn ? live.connection : await connectionOf(device, sittingId);
  await connection.session.open(bound.session);
  const news = { sittingId, segmentSeconds: bound.segment_seconds, at: device.clock.now() };
  const memory = boundMemory(await kept.memory(sittingId).catch(() => null), news);
  await kept.makeCurrent(memory);
  return { memory, connection, afterSegmentNo: bound.next_segment_no - 1 };
}

/** The binding that a reload or a crash interrupted; null when there was none. */
export async function keptBinding(device: Connection, kept: KeptOnPhone): Promise<Binding | null> {
  const memory = await kept.current();
  return memory && { memory, connection: await connectionOf(device, memory.sittingId), afterSegmentNo: null };
}

export function connectionOf(device: Connection, sittingId: string): Promise<Connection> {
  return inSession(device, `phone/${sittingId}`);
}

/** The code with which a session goes on on another device: `<invitation>.<secret>`, typed, or behind `#move=`. */
export interface MoveCode {
  readonly invitationId: string;
  readonly secret: string;
}

export function readMoveCode(text: string): MoveCode | null {
  const found = /^(?:.*#move=)?([0-9A-Za-z_-]{4,80})\.([0-9A-Za-z_-]{16,200})$/.exec(text.trim());
  const [, invitationId, secret] = found ?? [];
  return invitationId !== undefined && secret !== undefined ? { invitationId, secret } : null;
}

/** The link behind the desktop's QR code: `https://…/phone#<invitation_id>.<secret>`. */

export interface PhoneLink {
  readonly invitationId: string;
  readonly secret: string;
}

const FRAGMENT = /#([A-Za-z0-9_-]{1,128})\.([A-Za-z0-9_-]{1,256})$/;

/**
 * What a scanned text or an address says; null when it is no link of ours. Only the fragment is believed: which
 * server is asked, the page knows by itself, so a code of a stranger leads nowhere.
 */
export function readLink(text: string): PhoneLink | null {
  const [, invitationId, secret] = FRAGMENT.exec(text.trim()) ?? [];
  return invitationId !== undefined && secret !== undefined ? { invitationId, secret } : null;
}

/**
 * What the candidate's page keeps on the device, so that a reload without a network goes on where it was. A memory
 * that fails costs that reload and nothing else: the page in use goes on.
 */
import { Shelf } from "../../browser/database";
import type { Bulletin, SittingView, TextsView } from "../../generated/api";
import type { Admission } from "./state";

export interface Kept {
  readonly bulletin: Bulletin;
  readonly sitting: SittingView;
  readonly extraMs: number;
  readonly texts: TextsView;
  readonly admission: Admission;
  readonly deviceChecked: boolean;
  /** The session that went on on another device. */
  readonly movedSession: string;
  readonly devices: { readonly camera: string | null; readonly microphone: string | null };
}

export class KeptOnDevice {
  private readonly shelf = new Shelf("viva-candidate");

  constructor(private readonly examId: string) {}

  async get<K extends keyof Kept>(what: K): Promise<Kept[K] | null> {
    return (await this.shelf.get<Kept[K]>(`${this.examId}/${what}`).catch(() => undefined)) ?? null;
  }

  put<K extends keyof Kept>(what: K, value: Kept[K]): Promise<void> {
    return this.shelf.put(`${this.examId}/${what}`, value).catch(() => undefined);
  }

  remove(what: keyof Kept): Promise<void> {
    return this.shelf.remove(`${this.examId}/${what}`).catch(() => undefined);
  }
}

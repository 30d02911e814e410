/** What the screens share: room, camera, paper, and the recording once there is a sitting. */
import { inject, type InjectionKey, type Ref } from "vue";
import type { Camera } from "./camera";
import type { PaperDesk } from "./paper_desk";
import type { MainRecording } from "./recording";
import type { Room } from "./room";

export interface Desk {
  readonly room: Room;
  readonly camera: Camera;
  readonly paper: PaperDesk;
  readonly recording: Ref<MainRecording | null>;
  /** The recording of the sitting, once its spool is open. @throws ClientError */
  withRecording(): Promise<MainRecording>;
}

export const DESK: InjectionKey<Desk> = Symbol("desk");

export function useDesk(): Desk {
  const desk = inject(DESK);
  if (!desk) throw new Error("no desk is provided");
  return desk;
}

export function useRoom(): Room {
  return useDesk().room;
}

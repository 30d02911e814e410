/** Something that a person sets off: busy while it runs, and told in words when it fails. */
import { ref, type Ref, shallowRef } from "vue";
import { MediaRefused } from "../../browser/devices";
import { ApiError, ClientError, type Sentence } from "../../core/errors";

export interface Action<A extends readonly unknown[]> {
  readonly busy: Ref<boolean>;
  readonly trouble: Ref<Sentence | null>;
  /** What went wrong, for whoever decides what to do about it. */
  readonly failure: Ref<unknown>;
  /** The refusal behind the trouble, for its details. */
  readonly refusal: Ref<ApiError | null>;
  /** @returns whether it succeeded; while it runs a second call does nothing */
  run(...args: A): Promise<boolean>;
}

export function useAction<A extends readonly unknown[]>(act: (...args: A) => Promise<unknown>): Action<A> {
  const busy = ref(false);
  const trouble = shallowRef<Sentence | null>(null);
  const refusal = shallowRef<ApiError | null>(null);
  const failure = shallowRef<unknown>(null);
  return {
    busy,
    trouble,
    refusal,
    failure,
    async run(...args) {
      if (busy.value) return false;
      busy.value = true;
      trouble.value = null;
      refusal.value = null;
      failure.value = null;
      try {
        await act(...args);
        return true;
      } catch (error) {
        failure.value = error;
        if (error instanceof ApiError) refusal.value = error;
        trouble.value = sentenceOf(error);
        return false;
      } finally {
        busy.value = false;
      }
    },
  };
}

/** A sentence for whatever went wrong; what is not ours is a fault of the page, and is reported after it was told. */
export function sentenceOf(error: unknown): Sentence {
  if (error instanceof ClientError) return error.sentence;
  if (error instanceof MediaRefused) return MEDIA[error.reason];
  reportError(error);
  return { zh: "页面出现问题，请刷新页面后重试。", en: "Something went wrong on this page. Reload it and try again." };
}

const MEDIA: Readonly<Record<MediaRefused["reason"], Sentence>> = {
  denied: {
    zh: "浏览器未获得权限。请点击地址栏旁的图标，允许使用摄像头、麦克风和屏幕共享，然后重试。",
    en: "The browser has no permission. Allow camera, microphone and screen sharing beside the address, then try again.",
  },
  missing: {
    zh: "没有找到摄像头或麦克风，请连接设备后重试。",
    en: "No camera or microphone was found. Connect one and try again.",
  },
  busy: {
    zh: "设备正被其他程序占用，请关闭其他会议或录像软件后重试。",
    en: "Another program is using the device. Close other meeting or recording programs and try again.",
  },
  unsupported: {
    zh: "设备未能使用，请检查连接，或换用最新版 Chrome 或 Edge。",
    en: "The device could not be used. Check its connection, or use the latest Chrome or Edge.",
  },
};

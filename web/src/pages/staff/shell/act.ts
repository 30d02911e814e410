/** Doing something that may fail: busy while it runs, and what went wrong as a sentence. */
import { onMounted, onUnmounted, type Ref, ref, shallowRef } from "vue";
import { ClientError, type Sentence, Unreachable } from "../../../core/errors";
import { sleep } from "../../../core/time";
import { useDesk } from "./desk";

export interface Act {
  readonly busy: Ref<boolean>;
  readonly trouble: Ref<Sentence | null>;
  /** @returns whether it was done. */
  act(work: () => Promise<void>): Promise<boolean>;
}

const BROKEN: Sentence = {
  zh: "页面出现问题，请刷新后重试。如仍不行，请联系运维人员。",
  en: "Something went wrong on this page. Reload it; if that fails, call the operator.",
};

const UNHEARD: Sentence = {
  zh: "没有收到服务器的答复，刚才的操作可能已生效，也可能没有。请先查看结果，再决定是否重试。",
  en: "No answer from the server: it may have been done, or not. Look first, then try again.",
};

export function useAct(say: (error: unknown) => Sentence = sentenceOfDeed): Act {
  const desk = useDesk();
  const busy = ref(false);
  const trouble = shallowRef<Sentence | null>(null);

  async function act(work: () => Promise<void>): Promise<boolean> {
    if (busy.value) return false;
    busy.value = true;
    try {
      await work();
      trouble.value = null;
      return true;
    } catch (error) {
      if (!(await desk.endedBy(error))) trouble.value = say(error);
      return false;
    } finally {
      busy.value = false;
    }
  }
  return { busy, trouble, act };
}

/** Do it now and again, `everyMs` after each time it was done, while the page is there; seldom while it is hidden. */
export function usePolling(work: () => Promise<void>, everyMs: number): Act & { again(): void } {
  const { busy, trouble, act } = useAct(sentenceOf);
  const leaving = new AbortController();
  let nap = new AbortController();
  const again = (): void => nap.abort();

  async function loop(): Promise<void> {
    while (!leaving.signal.aborted) {
      nap = new AbortController();
      await act(work);
      await sleep(document.hidden ? everyMs * HIDDEN_FACTOR : everyMs, nap.signal);
    }
  }
  onMounted(() => {
    document.addEventListener("visibilitychange", again);
    void loop();
  });
  onUnmounted(() => {
    document.removeEventListener("visibilitychange", again);
    leaving.abort();
    nap.abort();
  });
  return { busy, trouble, act, again };
}

const HIDDEN_FACTOR = 6;

/** What is done once, at a person's wish, is not tried again by itself. */
function sentenceOfDeed(error: unknown): Sentence {
  return error instanceof Unreachable ? UNHEARD : sentenceOf(error);
}

function sentenceOf(error: unknown): Sentence {
  if (error instanceof ClientError) return error.sentence;
  console.error(error);
  return BROKEN;
}

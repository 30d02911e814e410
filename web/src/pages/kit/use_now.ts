/** The server's time as something that a page can show: refreshed four times a second, and on coming back. */
import { onMounted, onUnmounted, type Ref, ref } from "vue";
import type { ServerClock } from "../../core/clock";

const REFRESH_MS = 250;

export function useNow(clock: ServerClock): Ref<number> {
  const now = ref(clock.now());
  const refresh = (): void => {
    now.value = clock.now();
  };
  let timer: ReturnType<typeof setInterval> | undefined;
  onMounted(() => {
    timer = setInterval(refresh, REFRESH_MS);
    document.addEventListener("visibilitychange", refresh);
  });
  onUnmounted(() => {
    clearInterval(timer);
    document.removeEventListener("visibilitychange", refresh);
  });
  return now;
}

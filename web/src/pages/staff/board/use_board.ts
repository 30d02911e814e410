/** The board of an exam, kept up to date page by page while it is looked at. */
import { computed, type ComputedRef, onUnmounted, ref, type Ref, shallowRef } from "vue";
import { readInstant } from "../../../core/instants";
import type { Sentence } from "../../../core/errors";
import type { BoardPage, ExamView } from "../../../generated/api";
import { usePolling } from "../shell/act";
import { useDesk } from "../shell/desk";
import { type Board, merge } from "./board_state";
import type { Watched } from "./sorting";
import { type Watch, watchedOf } from "./watching";

const BETWEEN_ROUNDS_MS = 5_000;
const LOOK_AT_FLAGS_MS = 2_000;

export interface UsedBoard {
  readonly rows: ComputedRef<readonly Watched[]>;
  readonly now: Ref<number>;
  readonly updatedAt: Ref<number | null>;
  readonly trouble: Ref<Sentence | null>;
}

export function useBoard(exam: () => ExamView): UsedBoard {
  const desk = useDesk();
  const board = shallowRef<Board>(new Map());
  const now = ref(desk.connection.clock.now());
  const updatedAt = ref<number | null>(null);
  let before: Watch = new Map();

  const rows = computed(() => {
    before = watchedOf(board.value, before, exam().schedule, now.value);
    return [...before.values()];
  });
  const { trouble } = usePolling(async () => {
    for (let page: number | null = 0; page !== null; ) {
      const asked = { parameters: { exam_id: exam().exam_id }, query: { page: String(page) } };
      const told: BoardPage = await desk.api.call("GET /exams/{exam_id}/board", asked);
      board.value = merge(board.value, told).board;
      updatedAt.value = readInstant(told.now);
      page = told.next_page;
    }
  }, BETWEEN_ROUNDS_MS);
  const timer = setInterval(() => (now.value = desk.connection.clock.now()), LOOK_AT_FLAGS_MS);
  onUnmounted(() => clearInterval(timer));
  return { rows, now, updatedAt, trouble };
}

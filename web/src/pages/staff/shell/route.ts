/** Where in the console one is: the address after `#`, split at slashes. Back and reload work as everywhere. */
import { onMounted, onUnmounted, type Ref, shallowRef } from "vue";

/** The parts of an address: `#/exams/exa_1/board` is `["exams", "exa_1", "board"]`. */
export function partsOf(hash: string): readonly string[] {
  return hash
    .replace(/^#\/?/, "")
    .split("/")
    .filter((part) => part !== "")
    .map(readPart);
}

/** The address of a place in the console. */
export function addressOf(...parts: readonly string[]): string {
  return `#/${parts.map(encodeURIComponent).join("/")}`;
}

export function goTo(...parts: readonly string[]): void {
  location.hash = addressOf(...parts);
}

/** Go there in place of the present address, which leaves no trace in the history. */
export function goInstead(...parts: readonly string[]): void {
  location.replace(addressOf(...parts));
}

export function useRoute(): Ref<readonly string[]> {
  const parts = shallowRef(partsOf(location.hash));
  const follow = (): void => {
    parts.value = partsOf(location.hash);
  };
  onMounted(() => addEventListener("hashchange", follow));
  onUnmounted(() => removeEventListener("hashchange", follow));
  return parts;
}

function readPart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // A stray percent sign names nothing that we have.
    return part;
  }
}

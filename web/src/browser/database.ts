/** IndexedDB as promises: one database, one store, plain keys. */

const STORE = "things";

export class Shelf {
  private opened: Promise<IDBDatabase> | null = null;

  constructor(private readonly name: string) {}

  get<T>(key: string): Promise<T | undefined> {
    return this.within("readonly", (store) => store.get(key) as IDBRequest<T | undefined>);
  }

  async put(key: string, value: unknown): Promise<void> {
    await this.within("readwrite", (store) => store.put(value, key));
  }

  /** Put unless there is one; whichever is there afterwards is returned, so that two tabs agree. */
  async putFirst<T>(key: string, value: T): Promise<T> {
    let kept = value;
    await this.within("readwrite", (store) => {
      const asked = store.get(key) as IDBRequest<T | undefined>;
      asked.onsuccess = () => {
        if (asked.result === undefined) store.put(value, key);
        else kept = asked.result;
      };
      return asked;
    });
    return kept;
  }

  async remove(key: string): Promise<void> {
    await this.within("readwrite", (store) => store.delete(key));
  }

  keys(): Promise<string[]> {
    return this.within("readonly", (store) => store.getAllKeys() as IDBRequest<string[]>);
  }

  private async within<T>(mode: IDBTransactionMode, ask: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
    const transaction = await this.begin(mode);
    return await new Promise((resolve, reject) => {
      const request = ask(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error ?? new Error("IndexedDB aborted"));
    });
  }

  /** A browser may close a connection at any time, phones above all; the next call opens another. */
  private async begin(mode: IDBTransactionMode): Promise<IDBTransaction> {
    try {
      return transactionOf(await this.database(), mode);
    } catch {
      this.opened = null;
      return transactionOf(await this.database(), mode);
    }
  }

  private database(): Promise<IDBDatabase> {
    this.opened ??= new Promise((resolve, reject) => {
      const request = indexedDB.open(this.name, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(STORE);
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error ?? new Error("IndexedDB does not open"));
    });
    return this.opened;
  }
}

function transactionOf(database: IDBDatabase, mode: IDBTransactionMode): IDBTransaction {
  return database.transaction(STORE, mode, { durability: "strict" });
}

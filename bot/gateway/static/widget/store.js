// What survives a change of page in this tab: the token, and whether the panel was open. Where storage is refused,
// everything still works until the page is left.
class Store {
  constructor(key) {
    this.key = key;
    this.memory = {};
    try {
      this.memory = JSON.parse(sessionStorage.getItem(key)) || {};
    } catch {
      // Refused or unreadable: start with nothing.
    }
  }

  get(name) {
    return this.memory[name];
  }

  set(values) {
    this.memory = { ...this.memory, ...values };
    this.write(() => sessionStorage.setItem(this.key, JSON.stringify(this.memory)));
  }

  wipe() {
    this.memory = {};
    this.write(() => sessionStorage.removeItem(this.key));
  }

  write(action) {
    try {
      action();
    } catch {
      // Refused: memory has it.
    }
  }
}

import AccountData
import Trading
import Units

/// What the engine does when the journal fails: nothing new leaves, exits and cancels still do.
enum JournalRules {
  static func failed(_ id: ClientOrderID?, _ text: String, _ core: inout EngineCore) {
    if !core.journalIsDown {
      core.journalIsDown = true
      core.notify(.alarm, "the journal cannot be written: \(text)")
    }
    guard let id, let order = core.account.orders[id], !order.reduceOnly else { return }
    // The runtime has not sent it: the order never existed.
    let change = core.book.move(
      .client(id), .refused, at: core.now, problem: "not sent: the journal failed")
    if let change { AccountRules.orderChanged(change, cause: "the journal failed", &core) }
  }

  static func recovered(_ core: inout EngineCore) {
    guard core.journalIsDown else { return }
    core.journalIsDown = false
    core.notify(.notice, "the journal can be written again")
  }
}

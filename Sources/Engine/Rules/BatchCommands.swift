import AccountData
import Risk
import Trading
import Units

/// What the engine does with several orders at once: the gate looks at them one after the other,
/// each with those before it counted in full, and all of them leave or none does.
///
/// Each leaves under its own id with its own answer, so that one refused by the exchange or lost on
/// the way says nothing about the others (O08).
enum BatchCommands {
  /// The most orders of one batch. Source: BloFin REST, Place Multiple Orders.
  static let limit = 20

  /// Opens all or says why none was sent.
  static func open(
    _ intents: [OpeningIntent], _ source: CommandSource, _ core: inout EngineCore
  ) -> String? {
    guard (1...limit).contains(intents.count) else { return bounds }
    // Approved orders count as exposure from here on: a copy takes them until all are approved.
    var trial = core
    for (index, intent) in intents.enumerated() {
      let denial = CommandRules.send(intent, source, reasons: ["batch"], &trial)
      guard let denial else { continue }
      CommandRules.deny(denial, .open(intent), source, &core)
      return "order \(index + 1) of \(intents.count): \(denial.text)"
    }
    core = trial
    return nil
  }

  /// Cancels each of the named orders that is open; one that is not known cancels nothing.
  static func cancel(_ references: [OrderReference], _ core: inout EngineCore) -> String? {
    guard (1...limit).contains(references.count) else { return bounds }
    var unknown: [String] = []
    for reference in references {
      guard let order = core.book.account.orders[reference], !order.state.isFinal else {
        unknown.append(reference.text)
        continue
      }
      CommandRules.cancel(order.instrument, reference, &core)
    }
    return unknown.isEmpty ? nil : "not open: \(unknown.joined(separator: ", "))"
  }

  private static let bounds = "a batch holds 1 to \(limit) orders"
}

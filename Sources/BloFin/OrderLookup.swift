import Exchanges
import JSONText
import Trading
import Units

/// Finds one order wherever the exchange keeps it: by itself, among the live, among the ended.
///
/// "There is none" is said only after all three were asked and none failed (invariant I4, fault
/// cases O02 and O28): a just-filled order can be missing from the first list for a second or two.
final class OrderLookup {
  private let calls: RestCalls
  private let catalog: InstrumentCatalog
  private let instrument: InstrumentID
  private let reference: OrderReference
  private let done: @MainActor (Outcome) -> Void
  private var listsAreKnown = false

  /// Makes a search; `done` is called later, once.
  init(
    _ calls: RestCalls, _ catalog: InstrumentCatalog, _ instrument: InstrumentID,
    _ reference: OrderReference, _ done: @escaping @MainActor (Outcome) -> Void
  ) {
    self.calls = calls
    self.catalog = catalog
    self.instrument = instrument
    self.reference = reference
    self.done = done
  }

  /// Starts to search. The search keeps itself alive until it is done.
  ///
  /// `listsAreKnown` says that neither list has the order.
  func start(listsAreKnown: Bool = false) {
    self.listsAreKnown = listsAreKnown
    var query = [QueryItem("instId", instrument.text)]
    switch reference {
    case .client(let id): query.append(QueryItem("clientOrderId", id.text))
    case .exchange(let id): query.append(QueryItem("orderId", id.text))
    }
    calls.read(.orderDetail, query, lane: .ordinary) { verdict in self.tookDetail(verdict) }
  }

  private func tookDetail(_ verdict: AnswerPolicy.Verdict) {
    switch verdict {
    case .success(let envelope):
      do throws(JSONProblem) {
        let catalog = catalog
        let rows = try envelope.rows { (json) throws(JSONProblem) in
          try Self.orderIfAny(&json, catalog)
        }
        if let order = rows.compactMap({ $0 }).first(where: reference.means) {
          done(.confirmed(.orderStatus(order)))
        } else {
          lookAmongLive()
        }
      } catch {
        done(Unproven(.orderDetail, error).outcome)
      }
    case .refused(let refusal):
      // How the exchange says "no such order" here is not documented; what is wrong with the key
      // is no such word, and neither is "later".
      switch refusal.advice {
      case .fixRequest, .queryState: lookAmongLive()
      case .waitAndRetry, .stopTrading: done(.refused(refusal))
      }
    case .unknown, .notSent: done(Unproven(verdict).outcome)
    }
  }

  private func lookAmongLive() {
    guard !listsAreKnown else { return done(.confirmed(.orderStatus(nil))) }
    calls.readAll(Lists.ordersPending(catalog, of: instrument), lane: .ordinary) { result in
      self.took(result) { self.lookAmongEnded() }
    }
  }

  private func lookAmongEnded() {
    let since = reference.earliest(now: calls.exchangeNow)
    let list = Lists.ordersHistory(catalog, of: instrument, since: since)
    calls.readAll(list, lane: .ordinary, until: reference.means) { result in
      self.took(result) { self.done(.confirmed(.orderStatus(nil))) }
    }
  }

  private func took(_ result: Result<[Order], Unproven>, otherwise: () -> Void) {
    switch result {
    case .success(let orders):
      if let order = orders.first(where: reference.means) {
        done(.confirmed(.orderStatus(order)))
      } else {
        otherwise()
      }
    case .failure(let unproven): done(unproven.outcome)
    }
  }

  /// Reads an order; nil for the empty object that some answers have for "none".
  private static func orderIfAny(
    _ json: inout JSONScanner, _ catalog: InstrumentCatalog
  ) throws(JSONProblem) -> Order? {
    let raw = try json.raw()
    if raw.allSatisfy({ $0 <= 0x20 || $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "}") }) {
      return nil
    }
    var row = JSONScanner(raw)
    return try OrderRows.order(&row, catalog)
  }
}

import JSONText
import Trading
import Units

/// The lists of an account.
nonisolated enum Lists {
  /// Orders that are live.
  static func ordersPending(_ catalog: InstrumentCatalog) -> PagedList<Order> {
    PagedList(endpoint: .ordersPending, query: [], idField: "orderId") {
      (json) throws(JSONProblem) in try OrderRows.order(&json, catalog)
    }
  }

  /// Live orders of one instrument.
  static func ordersPending(
    _ catalog: InstrumentCatalog, of instrument: InstrumentID
  ) -> PagedList<Order> {
    PagedList(
      endpoint: .ordersPending, query: [QueryItem("instId", instrument.text)], idField: "orderId"
    ) { (json) throws(JSONProblem) in try OrderRows.order(&json, catalog) }
  }

  /// Orders that ended since a moment, of one instrument or of all.
  static func ordersHistory(
    _ catalog: InstrumentCatalog, of instrument: InstrumentID?, since begin: Timestamp
  ) -> PagedList<Order> {
    let narrowed = instrument.map { [QueryItem("instId", $0.text)] } ?? []
    return PagedList(
      endpoint: .ordersHistory,
      query: narrowed + [QueryItem("begin", String(begin.milliseconds))], idField: "orderId"
    ) { (json) throws(JSONProblem) in try OrderRows.order(&json, catalog) }
  }

  /// Protection that waits.
  static func protectionsPending(_ catalog: InstrumentCatalog) -> PagedList<TriggerOrder> {
    PagedList(endpoint: .protectionsPending, query: [], idField: "tpslId") {
      (json) throws(JSONProblem) in try TriggerRows.order(&json, catalog)
    }
  }

  /// Entry triggers that wait; the call fails without the type.
  static func triggersPending(_ catalog: InstrumentCatalog) -> PagedList<TriggerOrder> {
    PagedList(
      endpoint: .triggersPending, query: [QueryItem("orderType", "trigger")], idField: "algoId"
    ) { (json) throws(JSONProblem) in try TriggerRows.order(&json, catalog) }
  }

  /// Fills since a moment: as many as a million, for nothing is counted before all are there.
  static func fills(_ catalog: InstrumentCatalog, since begin: Timestamp) -> PagedList<Fill> {
    PagedList(
      endpoint: .fillsHistory, query: [QueryItem("begin", String(begin.milliseconds))],
      idField: "tradeId", pageLimit: 10_000
    ) { (json) throws(JSONProblem) in try AccountRows.fill(&json, catalog) }
  }

  /// The fills of one order.
  static func fills(
    _ catalog: InstrumentCatalog, of question: FillCatchUp.Question
  ) -> PagedList<Fill> {
    PagedList(
      endpoint: .fillsHistory,
      query: [
        QueryItem("instId", question.instrument.text), QueryItem("orderId", question.order.text),
      ], idField: "tradeId"
    ) { (json) throws(JSONProblem) in try AccountRows.fill(&json, catalog) }
  }
}

import JSONText
import Trading
import Units

/// One movement of money on a futures account.
///
/// BloFin has no ledger of a futures account: its bills are transfers alone. Profit and fees are
/// read from the fills, funding from a list of its own.
public nonisolated struct Bill: Sendable, Hashable {
  /// Why the money moved.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// Between the wallets of the user.
    case transfer
    /// Funding, paid or received.
    case funding
    /// The fee of a fill.
    case fee
    /// The price profit of a fill, before fees.
    case profit
  }

  /// The exchange's id: of the transfer, the funding or the trade.
  public let id: String
  /// Why the money moved.
  public let kind: Kind
  /// Of which instrument; nil for a transfer.
  public let instrument: InstrumentID?
  /// How much, in USDT; below zero when it left the account.
  public let amount: Money
  /// When it moved.
  public let time: Timestamp

  /// The bills behind a fill: its fee, and its profit where it had one.
  static func bills(of fill: Fill) -> [Bill] {
    let parts: [(Kind, Money)] = [(.fee, -fill.fee), (.profit, fill.realizedPnL)]
    return parts.filter { !$0.1.isZero }.map { kind, amount in
      Bill(
        id: fill.tradeID.text, kind: kind, instrument: fill.instrument, amount: amount,
        time: fill.exchangeTime)
    }
  }
}

/// Reads rows about money that moved.
nonisolated enum BillRows {
  /// The wallet that positions are opened with.
  private static let wallet = "futures"

  /// Reads a transfer; nil for one of other wallets or another currency.
  ///
  /// Source: BloFin REST, GET Funds Transfer History (asset/bills).
  static func transfer(_ json: inout JSONScanner) throws(JSONProblem) -> Bill? {
    var id: String?
    var currency: String?
    var from: String?
    var to: String?
    var amount: Money?
    var time: Timestamp?
    try json.beginObject()
    while let key = try json.nextKey() {
      switch key {
      case "transferId": id = try json.textIfAny()
      case "currency": currency = try json.textIfAny()
      case "fromAccount": from = try json.textIfAny()
      case "toAccount": to = try json.textIfAny()
      case "amount": amount = try json.moneyIfAny()
      case "ts": time = try json.timestamp(.either)
      default: try json.skip()
      }
    }
    let moved = try json.require(amount, "amount")
    let bill = Bill(
      id: try json.require(id, "transferId"), kind: .transfer, instrument: nil,
      amount: to == wallet ? moved : -moved, time: try json.require(time, "ts"))
    guard currency == "USDT", from != to, from == wallet || to == wallet else { return nil }
    return bill
  }

  /// Reads a funding; nil for an instrument that is not traded here.
  ///
  /// Source: clients of account/funding-fees; BloFin's documentation does not have the call.
  static func funding(_ json: inout JSONScanner) throws(JSONProblem) -> Bill? {
    var id: String?
    var instrument: InstrumentID?
    var amount: Money?
    var time: Timestamp?
    try json.beginObject()
    while let key = try json.nextKey() {
      switch key {
      case "billId": id = try json.textIfAny()
      case "instId": instrument = try json.nameIfAny()
      case "fundingFee": amount = try json.moneyIfAny()
      case "ts": time = try json.timestamp(.either)
      default: try json.skip()
      }
    }
    let name = try json.require(instrument, "instId")
    guard Translation.isTraded(name) else { return nil }
    return Bill(
      id: try json.require(id, "billId"), kind: .funding, instrument: name,
      amount: try json.require(amount, "fundingFee"), time: try json.require(time, "ts"))
  }
}

nonisolated extension Lists {
  /// Transfers, newest first; the call takes no beginning.
  static func transfers() -> PagedList<Bill> {
    PagedList(
      endpoint: .transfers, query: [QueryItem("currency", "USDT")], idField: "transferId",
      isPagedByTime: true
    ) { (json) throws(JSONProblem) in try BillRows.transfer(&json) }
  }

  /// Funding since a moment; the exchange keeps seven days.
  static func fundings(since begin: Timestamp) -> PagedList<Bill> {
    PagedList(
      endpoint: .fundingFees, query: [QueryItem("begin", String(begin.milliseconds))],
      idField: "billId"
    ) { (json) throws(JSONProblem) in try BillRows.funding(&json) }
  }
}

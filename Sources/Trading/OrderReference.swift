/// Names an order by our id or by the exchange's.
public enum OrderReference: Sendable, Hashable {
  /// By our id.
  case client(ClientOrderID)
  /// By the exchange's id.
  case exchange(ExchangeOrderID)
}

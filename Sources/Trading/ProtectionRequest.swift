/// Protection to place on an open position.
public struct ProtectionRequest: Sendable, Hashable {
  /// Our id.
  public let clientOrderID: ClientOrderID
  /// Which position.
  public let key: PositionKey
  /// The side that closes.
  public let side: OrderSide
  /// How much it closes.
  public let size: TriggerSize
  /// Where it takes profit.
  public let takeProfit: Trigger?
  /// Where it stops the loss.
  public let stopLoss: Trigger?

  /// States protection.
  public init(
    clientOrderID: ClientOrderID, key: PositionKey, side: OrderSide, size: TriggerSize,
    takeProfit: Trigger?, stopLoss: Trigger?
  ) {
    self.clientOrderID = clientOrderID
    self.key = key
    self.side = side
    self.size = size
    self.takeProfit = takeProfit
    self.stopLoss = stopLoss
  }
}

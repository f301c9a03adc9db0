import Trading
import Units

/// Money moved by hand. Source: BloFin reference 3.6.
extension SimulatedVenue {
  /// Moves money between two wallets of an account.
  @discardableResult
  public mutating func transfer(
    _ amount: Money, from: Wallet, to: Wallet, clientID: String? = nil,
    of account: VenueAccountID, at time: Timestamp
  ) throws(VenueRefusal) -> WalletTransfer {
    advance(to: time)
    let index = account.index
    guard amount.isPositive else { throw .parameterWrong("amount") }
    guard from != to else { throw .parameterWrong("toAccount") }
    if let clientID {
      let isUsed = !accounts[index].transfers.newest(1) { $0.clientID == clientID }.isEmpty
      guard !isUsed else { throw .duplicateTransferID }
    }
    guard walletAvailable(from, of: account) >= amount else { throw .insufficientBalance }
    move(-amount, from, index)
    move(amount, to, index)
    let transfer = WalletTransfer(
      number: numbers.transfer.take(), from: from, to: to, amount: amount, clientID: clientID,
      time: now)
    accounts[index].transfers.append(transfer)
    finishOperation()
    return transfer
  }

  /// Adds money to a wallet from outside, or takes it away with an amount below zero.
  ///
  /// For `demo-apply-money`, deposits and withdrawals.
  public mutating func adjust(
    _ wallet: Wallet, by amount: Money, of account: VenueAccountID, at time: Timestamp
  ) throws(VenueRefusal) {
    advance(to: time)
    guard amount.isPositive || walletAvailable(wallet, of: account) + amount >= .zero else {
      throw .insufficientBalance
    }
    move(amount, wallet, account.index)
    finishOperation()
  }

  /// Returns what a wallet holds: for futures the cash.
  public func walletBalance(_ wallet: Wallet, of account: VenueAccountID) -> Money {
    wallet == .futures
      ? Money(accounts[account.index].cash) : accounts[account.index].wallets[wallet.rawValue]
  }

  /// Returns what may be taken out of a wallet: for futures no more than what is free.
  public func walletAvailable(_ wallet: Wallet, of account: VenueAccountID) -> Money {
    guard wallet == .futures else { return walletBalance(wallet, of: account) }
    return Money(max(.zero, min(available(account.index), accounts[account.index].cash)))
  }

  /// Returns the transfers of an account, newest first.
  public func transfers(of account: VenueAccountID, limit: Int) -> [WalletTransfer] {
    accounts[account.index].transfers.newest(limit) { _ in true }
  }

  private mutating func move(_ amount: Money, _ wallet: Wallet, _ account: Int) {
    if wallet == .futures {
      book(amount.isNegative ? .withdrawal : .deposit, amount.value, account)
    } else {
      accounts[account].wallets[wallet.rawValue] += amount
    }
  }
}

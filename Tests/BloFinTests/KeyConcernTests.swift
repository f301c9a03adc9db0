import Testing
import Units

@testable import BloFin

/// What is told of a key that could be safer or is of no use (S32).
@Suite struct KeyConcernTests {
  private let start = Timestamp(milliseconds: 1_700_000_000_000)

  private func concern(
    isReadOnly: Bool = false, isBound: Bool = true, days: Int64? = nil
  ) -> KeyConcern? {
    KeyConcern(
      isReadOnly: isReadOnly, isBound: isBound, expiresAt: days.map { start + .days($0) },
      at: start)
  }

  @Test func `S32 a bound key that may trade is of no concern`() {
    #expect([concern(), concern(days: 14), concern(days: 400)] == [nil, nil, nil])
  }

  @Test func `S32 an unbound key, a read-only one and one that ends are told of`() {
    #expect(concern(isBound: false) == .unbound)
    #expect(concern(isReadOnly: true, isBound: false) == .onlyReads)
    #expect(concern(days: 13) == .endsSoon(days: 13))
    #expect(concern(isBound: false, days: 0) == .hasEnded)
    #expect(concern(days: -3) == .hasEnded)
  }

  @Test func `S32 only a key that cannot trade stops orders`() {
    let concerns: [KeyConcern] = [.onlyReads, .hasEnded, .unbound, .endsSoon(days: 3)]
    #expect(concerns.map(\.stopsOrders) == [true, true, false, false])
  }
}

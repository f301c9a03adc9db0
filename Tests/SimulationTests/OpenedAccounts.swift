@testable import Simulation

extension SimulatedVenue {
  /// All accounts, in the order in which they were opened.
  var accountIDs: [VenueAccountID] { accounts.indices.map(VenueAccountID.init(index:)) }
}

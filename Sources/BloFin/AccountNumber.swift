import Exchanges
import JSONText
import Trading
import Transport

/// Reads whose key it is: BloFin's number of the account, `uid`.
///
/// Source: BloFin REST, GET API Key Info.
nonisolated enum AccountNumber {
  /// The most characters of a number that are believed; those seen have up to eleven.
  private static let lengthLimit = 64

  /// Reads the number and nothing else, so that no other field can fail it; nil where it is not
  /// told.
  static func read(_ json: inout JSONScanner) throws(JSONProblem) -> String? {
    var number: String?
    try json.beginObject()
    while let key = try json.nextKey() {
      if key == "uid" { number = try json.textIfAny() } else { try json.skip() }
    }
    guard let number, number.utf8.count <= lengthLimit else { return nil }
    let clean = PlainText.clean(number)
    return clean.isEmpty ? nil : clean
  }
}

extension RestCalls {
  /// Reads the number of the account, nil where the exchange does not tell it.
  ///
  /// Only its own word that it has no such call counts as that: what cannot be read just now, or is
  /// refused for the key's or the rate's sake, is a failure.
  func readAccountNumber(_ done: @escaping @MainActor (Result<String?, Unproven>) -> Void) {
    readOne(.apiKey, [], AccountNumber.read) { result in
      if case .failure(let unproven) = result, case .refused(let refusal) = unproven.outcome,
        Refusals.noSuchCall.contains(refusal.code)
      {
        return done(.success(nil))
      }
      done(result)
    }
  }
}

extension BloFinAccount {
  /// Reads BloFin's number of the account, nil where it does not tell it.
  public func readNumber(_ done: @escaping Answer<String?>) {
    calls.readAccountNumber { result in
      done(result.mapError { BloFinExchange.ReadFailure(outcome: $0.outcome) })
    }
  }
}

extension BloFinExchange {
  /// What was found out about the account behind the key.
  public enum Admission: Sendable, Hashable {
    /// It is the one that is meant.
    case admitted
    /// It is another one, or that could not be found out; the text says which.
    case notAdmitted(String)
  }

  /// Is told the number of the account, nil where the exchange does not tell it, and answers once.
  public typealias Doorkeeper =
    @MainActor (_ number: String?, _ answer: @escaping @MainActor (Admission) -> Void) -> Void

  /// Asks the doorkeeper before the account is read for the first time. Where it does not admit,
  /// `done` gets the outcome that the reading has instead, else nil.
  ///
  /// The number is a part of the first snapshot as any other: with it missing there is none, and
  /// nothing trades without one (R08, R10).
  func admit(_ done: @escaping @MainActor (Outcome?) -> Void) {
    guard let doorkeeper, !isAdmitted else { return done(nil) }
    calls.readAccountNumber { [weak self] result in
      switch result {
      case .failure(let unproven): done(unproven.outcome)
      case .success(let number):
        doorkeeper(number) { admission in
          switch admission {
          case .admitted:
            self?.isAdmitted = true
            done(nil)
          case .notAdmitted(let reason): done(.notSent(reason))
          }
        }
      }
    }
  }
}

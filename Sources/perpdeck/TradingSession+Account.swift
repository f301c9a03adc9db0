import BloFin
import EventLoop
import Journal
import Runtime
import Secrets
import Settings
import Trading
import Units

/// What a session does with the keys of an account.
@MainActor
final class SessionKeys {
  /// Asks the exchange for the number of the account behind a key; nil where it does not tell it.
  typealias Ask =
    @MainActor (
      Credentials, @escaping @MainActor (Result<String?, ProgramFailure>) -> Void
    ) -> Void

  /// Reads what of earlier trading the account shows, since a moment.
  typealias Traces =
    @MainActor (
      Timestamp,
      _ done: @escaping @MainActor (Result<AccountTraces, BloFinExchange.ReadFailure>) -> Void
    ) -> Void

  /// Takes the lock of the account with a number, or keeps the one that is held.
  typealias LockAccount =
    @MainActor (_ number: String, _ held: KeyLock?) throws(InstanceLockProblem) -> KeyLock

  /// What keeps a second program from trading with the same key.
  var lock: KeyLock
  /// What keeps a second program from trading the same account with another key; nil until the
  /// exchange has told the account's number.
  var accountLock: KeyLock?
  /// Takes that lock.
  let lockAccount: LockAccount
  /// Reads whose a new key is before anything is signed with it.
  let ask: Ask
  /// Signs with another key from now on.
  let replace: @MainActor (Credentials) throws(ProgramFailure) -> Void
  /// Reads what of earlier trading the account shows, since a moment.
  let traces: Traces
  /// Whether a person said that a journal that knows nothing of the account is gone on with.
  let isAdopted: Bool
  /// The number of the account that is traded; nil until the exchange has told it.
  var accountNumber: String?
  /// How many reloads there were: the answer to an earlier one is not used.
  var reloads = 0

  /// Takes the lock of the first key, how to lock its account, how to ask about and use another,
  /// and how to look for what a journal should know.
  init(
    lock: KeyLock, isAdopted: Bool, lockAccount: @escaping LockAccount, ask: @escaping Ask,
    traces: @escaping Traces,
    replace: @escaping @MainActor (Credentials) throws(ProgramFailure) -> Void
  ) {
    self.lock = lock
    self.lockAccount = lockAccount
    self.isAdopted = isAdopted
    self.ask = ask
    self.traces = traces
    self.replace = replace
  }
}

extension TradingSession {
  /// Goes on with the account behind the key, or ends when another program trades it (A12), or when
  /// the journal is of another one or knows nothing of what the account shows (R08).
  func admit(
    _ number: String?, _ answer: @escaping @MainActor (BloFinExchange.Admission) -> Void
  ) {
    if let number, let keys {
      do throws(InstanceLockProblem) {
        keys.accountLock = try keys.lockAccount(number, keys.accountLock)
      } catch {
        answer(.notAdmitted("\(error)"))
        // A lock file that cannot be used may be usable at the next look.
        guard case .accountHeld = error else { return }
        return stop("another program trades the account", problem: "\(error)")
      }
    }
    guard !found.knowsAccount, let keys else { return claim(number, answer) }
    let now = Timestamp(milliseconds: loop.now.milliseconds)
    let dayStart = now.start(of: .days(1), offset: plan.launch.settings.risk.dayStart.span)
    keys.traces(dayStart) { [weak self] result in
      guard let self else { return }
      switch result {
      case .failure(let failure):
        answer(.notAdmitted("whether the journal lacks something was not found out: \(failure)"))
      case .success(let traces):
        if let problem = refusal(traces, isAdopted: keys.isAdopted) {
          answer(.notAdmitted(problem))
          stop("the journal knows nothing of the account", problem: problem)
        } else {
          claim(number, answer)
        }
      }
    }
  }

  /// Returns why nothing is traded with a journal that knows nothing of an account with traces, and
  /// tells of it where it is gone on with: play money is, real money when a person says so.
  private func refusal(_ traces: AccountTraces, isAdopted: Bool) -> String? {
    guard !traces.isEmpty else { return nil }
    let journal = plan.launch.places.journal
    if plan.launch.environment == .live, !isAdopted { return traces.refusal(journal: journal) }
    say(traces.remark(journal: journal), isAdopted ? .warning : .alarm)
    return nil
  }

  /// Where the exchange does not tell the number nothing speaks against the key, and positions that
  /// are open must not be left alone for it: it goes on, and says so.
  private func claim(
    _ number: String?, _ answer: @escaping @MainActor (BloFinExchange.Admission) -> Void
  ) {
    guard let number else {
      say("the exchange does not tell the account's number: the key was not compared", .warning)
      return answer(.admitted)
    }
    let loop = loop
    store.claim(accountNumber: number) { result in
      loop.postFromAnyThread { [weak self] in
        switch result {
        case .success:
          self?.keys?.accountNumber = number
          answer(.admitted)
        case .failure(let problem):
          answer(.notAdmitted("\(problem)"))
          // Anything else may be over at the next look.
          guard case .ofOtherAccount = problem else { return }
          self?.stop("the key is of another account", problem: "\(problem)")
        }
      }
    }
  }

  /// Asks whose the key of a launch is if it is another one, and signs with it when it is of the
  /// same account; returns what to say of it now.
  func takeKey(of launch: Launch) -> String {
    keys?.reloads += 1
    guard let found = launch.credentials, let credentials, let keys, !found.isSame(as: credentials)
    else { return "" }
    logFile.setCleaner(Redactor(plan.launch.secrets + launch.secrets).clean)
    let reload = keys.reloads
    keys.ask(found) { [weak self] result in
      guard let self, keys.reloads == reload else { return }
      take(found, whoseNumberIs: result, keys)
    }
    return "; the new key is used once the exchange says that it is of the same account"
  }

  private func take(
    _ found: Credentials, whoseNumberIs answer: Result<String?, ProgramFailure>, _ keys: SessionKeys
  ) {
    do throws(ProgramFailure) {
      let number = try answer.get()
      if let number, let ours = keys.accountNumber, number != ours {
        return say(
          "the new key was not taken: it is of the exchange's account \(number), and account "
            + "\(ours) is traded here. Put a key of account \(ours) into the file, or start a run "
            + "of its own for the other account with --data.", .warning)
      }
      let lock = try number.map { (number) throws(ProgramFailure) in
        do throws(InstanceLockProblem) {
          return try keys.lockAccount(number, keys.accountLock)
        } catch {
          throw ProgramFailure("\(error)")
        }
      }
      try keys.replace(found)
      if let lock { keys.accountLock = lock }
      credentials = found
      let isCompared = number != nil && keys.accountNumber != nil
      say(
        "requests are signed with the new key"
          + (isCompared ? "" : "; the exchange does not tell whether it is of the same account"),
        isCompared ? .notice : .warning)
    } catch {
      say("the new key was not taken: \(error)", .warning)
    }
  }
}

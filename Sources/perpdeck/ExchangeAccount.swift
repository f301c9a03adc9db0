import ArgumentParser
import BloFin
import EventLoop
import Glibc
import Settings
import Trading
import Transport

/// Whose account at the exchange is read, and where its key is.
struct ExchangeAccount {
  /// Demo or live.
  var environment: TradingEnvironment
  /// The account of the settings; nil for the selected one.
  var account: String?
  /// The folder of the settings; nil to look in the usual places.
  var config: String?
  /// The file with the keys; nil to look in the usual places.
  var envFile: String?
  /// An exchange on this machine instead of BloFin's own.
  var server: String?

  /// How long all of it may take, in milliseconds.
  private static let patience: Int64 = 10_000

  /// Reads which of the two it is; a simulated exchange has demo keys.
  static func environment(_ mode: String?, server: String?) throws -> TradingEnvironment {
    if mode == nil, server != nil { return .demo }
    guard let mode, let environment = TradingEnvironment(rawValue: mode), environment != .paper
    else {
      throw ValidationError("say whose account at the exchange: --mode demo or --mode live")
    }
    return environment
  }

  /// Asks the account, hands the answer to `tell` and ends the program: exit code 1 without one.
  @MainActor func ask<Value>(
    _ question: @escaping @MainActor (BloFinAccount, @escaping BloFinAccount.Answer<Value>) -> Void,
    _ tell: @escaping @MainActor (Launch, Value) -> Void
  ) throws -> Never {
    let launch = try launch()
    let loop = DispatchLoop()
    let asker = try asker(launch, loop)
    loop.post {
      question(asker) { result in
        switch result {
        case .success(let value):
          tell(launch, value)
          exit(0)
        case .failure(let failure):
          StandardError.write("Error: The account was not read: \(failure)")
          exit(1)
        }
      }
    }
    loop.schedule(after: Self.patience) {
      StandardError.write("Error: No answer within \(Self.patience / 1_000) s. Try again later.")
      exit(1)
    }
    withExtendedLifetime(asker) { loop.run() }
  }

  private func launch() throws -> Launch {
    do throws(SettingsProblems) {
      return try Launch(
        LaunchRequest(
          environment: environment, account: account, configFolder: config, secretsFile: envFile),
        process: Variables.takeFromProcess())
    } catch {
      throw ProgramFailure(error.description)
    }
  }

  @MainActor private func asker(_ launch: Launch, _ loop: DispatchLoop) throws -> BloFinAccount {
    guard let found = launch.credentials else {
      preconditionFailure("an environment that is reached over the network has credentials")
    }
    return try Self.asker(found, environment, server: server, loop: loop)
  }

  /// Makes an asker that signs with a key; nothing is asked yet.
  @MainActor static func asker(
    _ found: Credentials, _ environment: TradingEnvironment, server: String?, loop: DispatchLoop
  ) throws(ProgramFailure) -> BloFinAccount {
    guard let side = BloFinHosts.Environment(environment) else {
      preconditionFailure("paper is no account at an exchange")
    }
    do throws(BloFinProblem) {
      let hosts =
        if let server { try BloFinHosts(side, loopback: server) } else { BloFinHosts(side) }
      return try BloFinAccount(
        network: CurlMulti(loop: loop), loop: loop, hosts: hosts,
        credentials: try BloFinCredentials(
          environment: side, key: found.key, secret: found.secret, passphrase: found.passphrase),
        seed: UInt64(bitPattern: loop.now.milliseconds))
    } catch {
      throw ProgramFailure("\(error)")
    }
  }
}

import GRDB

extension JournalStore {
  /// Makes the journal that of the account with this number at the exchange, or finds that it is.
  ///
  /// The first number is written into the file. Another one later fails with
  /// ``JournalProblem/ofOtherAccount(path:found:wanted:)`` and changes nothing. The completion is
  /// called on the journal's queue.
  public func claim(accountNumber number: String, completion: @escaping Completion) {
    precondition(!number.isEmpty, "an account has a number")
    pool.asyncWriteWithoutTransaction { [self] db in
      do {
        guard let found = try String.fetchOne(db, sql: Schema005.numberSQL) else {
          try setDurability(.full, db)
          try db.execute(sql: Schema005.claimSQL, arguments: [number])
          return completion(.success(()))
        }
        guard found == number else {
          throw JournalProblem.ofOtherAccount(path: path, found: found, wanted: number)
        }
        completion(.success(()))
      } catch {
        completion(.failure(JournalProblem(error)))
      }
    }
  }
}

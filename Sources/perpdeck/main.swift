print("perpdeck")

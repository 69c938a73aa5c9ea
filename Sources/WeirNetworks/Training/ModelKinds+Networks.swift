package import WeirModels

extension ModelKinds {
  /// Makes networks readable.
  package mutating func addNetworks() {
    add(NetworkEstimator.self, NetworkModel.self)
    add(Autoencoder.self, FittedAutoencoder.self)
    add(AdversarialNetwork.self, AdversarialModel.self)
  }
}

"""A character-level recurrent network, trained one text at a time."""

import numpy as np


class CharRNN:
    def __init__(self, vocabulary, hidden=16, seed=0):
        random = np.random.default_rng(seed)
        self.Wxh = random.normal(size=(hidden, vocabulary)) * 0.1
        self.Whh = random.normal(size=(hidden, hidden)) * 0.1
        self.Why = random.normal(size=(vocabulary, hidden)) * 0.1
        self.bh = np.zeros((hidden, 1))
        self.by = np.zeros((vocabulary, 1))

    def forward(self, inputs, targets):
        self.xs, self.ps, loss = {}, {}, 0.0
        self.hs = {-1: np.zeros_like(self.bh)}
        for t, (x, target) in enumerate(zip(inputs, targets, strict=True)):
            self.xs[t] = np.zeros((self.Wxh.shape[1], 1))
            self.xs[t][x] = 1
            self.hs[t] = np.tanh(self.Wxh @ self.xs[t] + self.Whh @ self.hs[t - 1] + self.bh)
            y = self.Why @ self.hs[t] + self.by
            self.ps[t] = np.exp(y - y.max()) / np.exp(y - y.max()).sum()
            loss -= np.log(self.ps[t][target, 0])
        return loss

    def backward(self, targets):
        parameters = (self.Wxh, self.Whh, self.Why, self.bh, self.by)
        dWxh, dWhh, dWhy, dbh, dby = map(np.zeros_like, parameters)
        dhnext = np.zeros_like(self.bh)
        for t in reversed(range(len(targets))):
            dy = self.ps[t].copy()
            dy[targets[t]] -= 1
            dWhy += dy @ self.hs[t].T
            dby += dy
            dh = self.Why.T @ dy + dhnext
            dz = (1 - self.hs[t] ** 2) * dh
            dbh += dz
            dWxh += dz @ self.xs[t].T
            dWhh += dz @ self.hs[t].T
            dhnext = self.Whh @ dz
        return dWxh, dWhh, dWhy, dbh, dby

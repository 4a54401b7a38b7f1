// What every page is checked against. Each exception has its reason.
export default {
  root: true,
  extends: ["html-validate:recommended"],
  rules: {
    // A set of check boxes that share a name is how a form sends several choices.
    "form-dup-name": ["error", { shared: ["radio", "checkbox", "button", "reset", "submit"] }],
    // A card of the board holds more than an option of a <select> may.
    "prefer-native-element": ["error", { exclude: ["listbox"] }],
    // A title holds the name somebody gave to a site or a program.
    "long-title": "off",
    // Template tags leave blank lines behind; they reach nobody.
    "no-trailing-whitespace": "off",
  },
};
